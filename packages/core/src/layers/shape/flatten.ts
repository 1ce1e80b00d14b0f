import { ShapeError } from '../../errors.ts';
import { formatShape, numel } from '../../ir/shape.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';

/** Joins all axes but the batch: `[batch, c, h, w] → [batch, c·h·w]`. */
export function flatten(...more: []): SizedLayer<'… → flat'> {
  expectNoOptions('flatten', more);
  return {
    label: 'flatten',
    parameters: [],
    apply(x) {
      const [batch, ...rest] = x.type.shape;
      if (batch === undefined)
        throw new ShapeError('flatten needs a batch axis', { received: formatShape(x.type.shape) });
      return reshape(x, [batch, numel(rest)]);
    },
  };
}
