import { ShapeError, ValueError } from '../../errors.ts';
import { formatShape } from '../../ir/shape.ts';
import { transpose } from '../../ops/shape/transpose.ts';
import { describeValue } from '../../options.ts';
import type { Layer } from '../layer.ts';

/**
 * Axes in another order, as PyTorch's `permute`: `permute([0, 3, 1, 2])` makes `[batch, h, w, c]` into `[batch, c, h, w]`. The batch comes first and
 * stays there.
 * @throws ValueError unless `dims` names each axis once and begins with 0; ShapeError for an input of other axes.
 */
export function permute(dims: readonly number[]): Layer {
  const list: readonly unknown[] = Array.isArray(dims) ? dims : [];
  const order = list.map((d) => (typeof d === 'number' && d < 0 ? d + list.length : d)) as readonly number[];
  const isOrder = [...order].sort((a, b) => a - b).every((d, i) => d === i);
  if (!Array.isArray(dims) || !isOrder || order[0] !== 0) {
    throw new ValueError('permute was given an invalid order of axes', {
      path: 'dims',
      received: Array.isArray(dims) ? `[${dims.join(', ')}]` : describeValue(dims),
      expected: 'each axis once, the batch first, such as [0, 3, 1, 2]',
      fix: order[0] !== 0 && isOrder ? 'the batch is axis 0 and stays in front' : undefined,
    });
  }
  return {
    label: `permute(${order.join(', ')})`,
    parameters: [],
    apply(x) {
      if (x.type.shape.length === order.length) return transpose(x, order);
      throw new ShapeError('permute names other axes than the input has', {
        received: `${formatShape(x.type.shape)} for the order [${order.join(', ')}]`,
        expected: `${order.length} axes, batch included`,
      });
    },
  };
}
