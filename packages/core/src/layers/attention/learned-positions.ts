import { DTypeError, ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, sameShape } from '../../ir/shape.ts';
import { add } from '../../ops/elementwise/add.ts';
import { gather } from '../../ops/indexing/gather.ts';
import { slice } from '../../ops/shape/slice.ts';
import { expectCount, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import { namedInputs } from '../_named.ts';
import { normalInit } from '../init/_gaussian.ts';
import { expectInitializers, type Initializer } from '../init/initializers.ts';
import type { Layer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { expectSequence } from './_sequence.ts';

export interface LearnedPositionsOptions {
  /** Default `normalInit({ std: 0.02 })`, as in BERT and GPT-2. */
  readonly weightInit?: Initializer;
}

/** What learned positions take by name. */
export type PositionInputs = {
  /** `[batch, time, dim]` */
  readonly x: Node;
  /** The place of each entry, int32 `[time]` or `[batch, time]`, where that is not its number: of entries behind others, or behind padding. */
  readonly positions?: Node;
};

const NAME = 'learnedPositions';

/**
 * Adds a learned row to each place: `[batch, time, dim] → [batch, time, dim]`, for up to `maxLength` places, or for the
 * `positions` that are given by name. Parameter: `weight` `[maxLength, dim]`, as
 * that of PyTorch's `Embedding` of positions.
 * @throws ShapeError for a longer sequence, for other features or positions that do not fit.
 */
export function learnedPositions<const Dim extends number>(
  maxLength: number,
  dim: Dim,
  options: LearnedPositionsOptions = {},
): Layer<Node | PositionInputs, Node, `…, ${Size<Dim>} → …`> {
  expectCount(NAME, 'maxLength', maxLength);
  expectCount(NAME, 'dim', dim);
  expectOptions(NAME, options, ['weightInit']);
  const { weightInit = normalInit({ std: 0.02 }) } = options;
  expectInitializers(NAME, { weightInit });
  return {
    label: `learnedPositions(${maxLength}, ${dim})`,
    parameters: [{ name: 'weight', shape: [maxLength, dim], init: weightInit }],
    apply(given, { parameter }) {
      const { x: named, positions } = namedInputs(given, ['x', 'positions'], ['x'], 'x');
      const x = named as Node;
      expectFloat(x);
      const { time } = expectSequence(x, (w) => w === dim, `${dim} features`);
      if (positions !== undefined) return add(x, gather(parameter('weight'), expectPositions(positions, x)));
      if (time > maxLength)
        throw new ShapeError('the sequence is longer than there are positions', {
          received: `${formatShape(x.type.shape)}: ${time} places, ${time - maxLength} more than ${maxLength}`,
          expected: `at most ${maxLength} places`,
          fix: `use learnedPositions(${time}, ${dim}), shorter sequences, or sinusoidalPositions(), which take any length`,
        });
      return add(x, slice(parameter('weight'), { axis: 0, end: time }));
    },
  };
}

/** The places of the entries of `x`. */
function expectPositions(positions: Node, x: Node): Node {
  const { dtype, shape } = positions.type;
  if (dtype !== 'int32')
    throw new DTypeError('positions are places', { received: dtype, expected: "int32, such as iota(time, 'int32')" });
  const [batch, time] = x.type.shape as [number, number];
  if (sameShape(shape, [time]) || sameShape(shape, [batch, time])) return positions;
  throw new ShapeError('the positions do not fit the input', {
    received: `positions ${formatShape(shape)}, x ${formatShape(x.type.shape)}`,
    expected: `[time] = [${time}], or [batch, time] = [${batch}, ${time}]`,
  });
}
