import { expectDType } from '../../ir/dtype.ts';
import { type Node, node, rankOf } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { normalizeAxis } from '../../ir/shape.ts';
import { scatterAdd } from './scatter-add.ts';

export interface GatherAttrs {
  readonly axis: number;
}

export const gatherOp: PrimitiveOp<'gather', GatherAttrs> = {
  kind: 'primitive',
  name: 'gather',
  infer(inputs, { axis }) {
    const [x, indices] = inputs as readonly [TensorType, TensorType];
    expectDType('gather', 'indices', indices.dtype, ['int32']);
    normalizeAxis('gather', axis, x.shape.length);
    return { dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] };
  },
  looksUp: ([x], { axis }) => ({ indices: 1, size: (x as TensorType).shape[axis] as number }),
  grad({ inputs, attrs: { axis }, dy }) {
    const [x, indices] = inputs as readonly [Node, Node];
    if (dy.type.dtype !== 'float32') return [null, null];
    return [scatterAdd(indices, dy, { axis, size: x.type.shape[axis] as number }), null];
  },
};

/**
 * Takes the entries of `x` along `axis` that `indices` (int32) name: `x.shape[:axis] + indices.shape + x.shape[axis+1:]`.
 * Indices must be from 0 to size − 1.
 */
export function gather(x: Node, indices: Node, axis = 0): Node {
  return node(gatherOp, [x, indices], { axis: normalizeAxis('gather', axis, rankOf('gather', x)) });
}
