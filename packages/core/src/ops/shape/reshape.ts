import { ShapeError } from '../../errors.ts';
import { isOp, type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { expectShape, formatShape, numel, type Shape, sameShape } from '../../ir/shape.ts';
import { broadcastTo, broadcastToOp } from './broadcast-to.ts';

export interface ReshapeAttrs {
  readonly shape: Shape;
}

export const reshapeOp: PrimitiveOp<'reshape', ReshapeAttrs> = {
  kind: 'primitive',
  name: 'reshape',
  infer([x], { shape }) {
    const from = (x as TensorType).shape;
    expectShape('reshape', shape);
    if (numel(from) !== numel(shape)) {
      throw new ShapeError('reshape cannot change the number of elements', {
        received: `${formatShape(from)} (${Math.abs(numel(from))} elements)`,
        expected: `as many elements as ${formatShape(shape)} holds (${Math.abs(numel(shape))})`,
      });
    }
    return { dtype: (x as TensorType).dtype, shape };
  },
  simplify({ inputs: [x], type }) {
    const input = x as Node;
    if (sameShape(input.type.shape, type.shape)) return input;
    if (isOp(input, reshapeOp)) return reshape(input.inputs[0] as Node, type.shape);
    const spread = isOp(input, broadcastToOp) ? (input.inputs[0] as Node) : null;
    return spread !== null && numel(spread.type.shape) === 1 ? broadcastTo(reshape(spread, []), type.shape) : null;
  },
  grad: ({ inputs: [x], dy }) => [reshape(dy, (x as Node).type.shape)],
};

/** The same elements in row-major order under another shape. */
export function reshape(x: Node, shape: Shape): Node {
  return sameShape(x.type.shape, shape) ? x : node(reshapeOp, [x], { shape });
}
