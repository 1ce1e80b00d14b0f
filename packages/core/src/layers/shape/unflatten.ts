import { ShapeError } from '../../errors.ts';
import { formatShape, normalizeAxis } from '../../ir/shape.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectNumber } from '../../options.ts';
import type { Layer } from '../layer.ts';
import { expectSizes, filledSizes } from './_sizes.ts';

/**
 * Several axes in place of one, as PyTorch's `Unflatten`: `unflatten(1, [c, h, w])` makes `[batch, c·h·w]` into `[batch, c, h, w]`. One size may be
 * -1 for what is left.
 * @throws ShapeError when the sizes do not hold the axis, or `dim` is the batch.
 */
export function unflatten(dim: number, sizes: readonly number[]): Layer {
  expectNumber('unflatten.dim', dim);
  expectSizes('unflatten', sizes);
  return {
    label: `unflatten(${dim}, ${sizes.join('×')})`,
    parameters: [],
    apply(x) {
      const { shape } = x.type;
      const axis = normalizeAxis('unflatten', dim, shape.length);
      if (axis === 0) {
        throw new ShapeError('unflatten leaves the batch as it is', {
          received: `axis ${dim} of ${formatShape(shape)}`,
          expected: 'another axis than the first',
        });
      }
      const made = filledSizes('unflatten', sizes, shape[axis] as number, shape);
      return reshape(x, [...shape.slice(0, axis), ...made, ...shape.slice(axis + 1)]);
    },
  };
}
