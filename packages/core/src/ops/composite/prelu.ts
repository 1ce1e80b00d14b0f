import { ShapeError } from '../../errors.ts';
import { type Node, rankOf } from '../../ir/node.ts';
import { formatShape } from '../../ir/shape.ts';
import { greater } from '../elementwise/greater.ts';
import { mul } from '../elementwise/mul.ts';
import { where } from '../elementwise/where.ts';
import { reshape } from '../shape/reshape.ts';
import { knownAs } from './known-as.ts';

/**
 * `x` above 0, else `weight · x` (He et al. 2015). `weight` `[1]` is for all of `x`, `[channels]` has a slope for each index of axis 1.
 * @throws ShapeError when `x` does not have these channels.
 */
export function prelu(x: Node, weight: Node): Node {
  const rank = rankOf('prelu', x);
  const count = rankOf('prelu', weight) === 1 ? (weight.type.shape[0] as number) : 0;
  const fits = count === 1 || (count > 0 && rank > 1 && x.type.shape[1] === count);
  if (!fits) {
    throw new ShapeError('prelu has other slopes than its input has channels', {
      received: `an input ${formatShape(x.type.shape)} and slopes ${formatShape(weight.type.shape)}`,
      expected: 'one slope, [1], or as many as axis 1 of the input is long',
    });
  }
  const slopes = reshape(
    weight,
    count === 1 ? new Array<number>(rank).fill(1) : [count, ...new Array(rank - 2).fill(1)],
  );
  return knownAs(mul(x, where(greater(x, 0), 1, slopes)), { call: 'prelu' }, { x, slopes });
}
