import { ShapeError, ValueError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { formatShape, sameShape } from '../../ir/shape.ts';
import { expectOptions } from '../../options.ts';
import { gather } from './gather.ts';

export interface ScatterAddAttrs {
  readonly axis: number;
  /** Size of the result on `axis`. */
  readonly size: number;
}

export const scatterAddOp: PrimitiveOp<'scatterAdd', ScatterAddAttrs> = {
  kind: 'primitive',
  name: 'scatterAdd',
  infer(inputs, { axis, size }) {
    const [indices, updates] = inputs as readonly [TensorType, TensorType];
    expectDType('scatterAdd', 'indices', indices.dtype, ['int32']);
    expectDType('scatterAdd', 'updates', updates.dtype, ['float32']);
    if (!Number.isInteger(size) || size < 0)
      throw new ValueError('scatterAdd needs a size', { received: `${size}`, expected: 'an integer of at least 0' });
    const rank = indices.shape.length;
    const { shape } = updates;
    if (axis < 0 || !sameShape(shape.slice(axis, axis + rank), indices.shape) || shape.length < axis + rank) {
      throw new ShapeError('scatterAdd: updates do not fit the indices', {
        received: `updates ${formatShape(shape)}, indices ${formatShape(indices.shape)}, axis ${axis}`,
        expected: 'updates whose axes from `axis` on begin with the shape of the indices',
      });
    }
    return { dtype: updates.dtype, shape: [...shape.slice(0, axis), size, ...shape.slice(axis + rank)] };
  },
  grad: ({ inputs: [indices], attrs: { axis }, dy }) => [null, gather(dy, indices as Node, axis)],
};

/** The transpose of `gather`: zeros of `size` on `axis`, to which each entry of `updates` is added at its index (duplicates add up). */
export function scatterAdd(indices: Node, updates: Node, attrs: ScatterAddAttrs): Node {
  expectOptions('scatterAdd', attrs, ['axis', 'size']);
  return node(scatterAddOp, [indices, updates], attrs);
}
