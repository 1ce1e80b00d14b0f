import { ShapeError } from '../../errors.ts';
import { expectNodes, type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { broadcastShapes, expectShape, formatShape, type Shape, sameShape } from '../../ir/shape.ts';
import { sumTo } from '../reduce/sum-to.ts';

export interface BroadcastToAttrs {
  readonly shape: Shape;
}

export const broadcastToOp: PrimitiveOp<'broadcastTo', BroadcastToAttrs> = {
  kind: 'primitive',
  name: 'broadcastTo',
  infer([x], { shape }) {
    const { dtype, shape: from } = x as TensorType;
    expectShape('broadcastTo', shape);
    if (!sameShape(broadcastShapes('broadcastTo', from, shape), shape)) {
      throw new ShapeError(`broadcastTo cannot turn ${formatShape(from)} into ${formatShape(shape)}`, {
        received: formatShape(from),
        expected: 'sizes that are 1 or equal to those of the target',
      });
    }
    return { dtype, shape };
  },
  simplify: ({ inputs: [x], type }) => (sameShape((x as Node).type.shape, type.shape) ? (x as Node) : null),
  grad: ({ inputs: [x], dy }) => [sumTo(dy, (x as Node).type.shape)],
};

/** Repeats axes of size 1 (and adds leading ones) until `x` has `shape`. */
export function broadcastTo(x: Node, shape: Shape): Node {
  expectNodes('broadcastTo', [x]);
  expectShape('broadcastTo', shape);
  return sameShape(x.type.shape, shape) ? x : node(broadcastToOp, [x], { shape });
}
