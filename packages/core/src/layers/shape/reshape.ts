import { ShapeError } from '../../errors.ts';
import { formatShape, numel } from '../../ir/shape.ts';
import { reshape as reshapeOf } from '../../ops/shape/reshape.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Axes } from '../sizes.ts';
import { expectSizes, filledSizes } from './_sizes.ts';

/**
 * The numbers of each sample under another shape: `[batch, …] → [batch, …shape]`. The batch keeps its axis and is not named; one size may be
 * -1 for what is left.
 * @throws ShapeError when the shape does not hold the numbers of a sample.
 */
export function reshape<const S extends readonly number[]>(shape: S, ...more: []): SizedLayer<`… → ${Axes<S>}`> {
  expectNoOptions('reshape', more);
  expectSizes('reshape', shape);
  return {
    label: `reshape(${shape.join('×')})`,
    parameters: [],
    apply(x) {
      const [batch, ...sample] = x.type.shape;
      if (batch === undefined)
        throw new ShapeError('reshape needs a batch axis', { received: formatShape(x.type.shape) });
      return reshapeOf(x, [batch, ...filledSizes('reshape', shape, numel(sample), x.type.shape)]);
    },
  };
}
