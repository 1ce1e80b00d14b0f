import { ShapeError } from '../../errors.ts';
import { type Node, rankOf } from '../../ir/node.ts';
import { DYNAMIC, formatShape, normalizeAxis } from '../../ir/shape.ts';
import { expectOptions } from '../../options.ts';
import { mul } from '../elementwise/mul.ts';
import { sigmoid } from '../elementwise/sigmoid.ts';
import { split } from '../shape/split.ts';

/**
 * Gated linear unit: `a · σ(b)` with the halves `a` and `b` of `x` along `axis`, the last by default (Dauphin et al. 2016).
 * @throws ShapeError where that axis has no halves.
 */
export function glu(x: Node, options: { readonly axis?: number } = {}): Node {
  expectOptions('glu', options, ['axis']);
  const axis = normalizeAxis('glu', options.axis ?? -1, rankOf('glu', x));
  const size = x.type.shape[axis] as number;
  if (size === DYNAMIC || size % 2 !== 0) {
    throw new ShapeError('glu cannot halve its input', {
      received: `${formatShape(x.type.shape)}, axis ${axis}`,
      expected: 'an even number along the axis',
      fix: 'give it twice as many features as it shall give, or choose another axis',
    });
  }
  const [value, gate] = split(x, [size / 2, size / 2], axis) as readonly [Node, Node];
  return mul(value, sigmoid(gate));
}
