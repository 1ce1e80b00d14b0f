import { ValueError } from '../../errors.ts';
import { type Node, node } from '../../ir/node.ts';
import { expectOneOf, expectOptions } from '../../options.ts';
import { PAD_MODES, type PadMode, padFrom } from './_pad-modes.ts';
import { padOp } from './_pad-op.ts';

export interface PadOptions {
  /** What stands there, with mode `'constant'`. Default 0. */
  readonly value?: number;
  /** One entry an axis: elements put between neighbours, with mode `'constant'`. Default none. */
  readonly interior?: readonly number[];
  /** `'constant'` (the default); or the elements of `x` mirrored, its ends repeated, or its other end, as PyTorch's modes of these names. */
  readonly mode?: PadMode;
}

/** Surrounds `x`: `before[i]` and `after[i]` elements on axis i. */
export function pad(x: Node, before: readonly number[], after: readonly number[], options: PadOptions = {}): Node {
  expectOptions('pad', options, ['value', 'interior', 'mode']);
  const { value = 0, interior = Array.isArray(before) ? before.map(() => 0) : [], mode = 'constant' } = options;
  expectOneOf('pad.mode', mode, PAD_MODES);
  const constant = node(padOp, [x], { before, after, interior, value });
  if (mode === 'constant') return constant;
  if (options.value !== undefined || options.interior !== undefined) {
    throw new ValueError(`pad takes value and interior with mode 'constant' alone`, {
      received: `mode '${mode}'`,
      expected: 'before, after and mode',
    });
  }
  return padFrom(x, before, after, mode);
}
