import { ShapeError } from '../../errors.ts';
import { expectNodes, isOp, type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { DYNAMIC, expectShape, formatShape, numel, type Shape, sameShape } from '../../ir/shape.ts';
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
        fix: inferred(from, shape),
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

/** What to write for -1, which stands for the batch of an exported network here, and not for whatever is left. */
function inferred(from: Shape, shape: Shape): string | undefined {
  const rest = numel(from) / -numel(shape);
  if (from.includes(DYNAMIC) || !shape.includes(DYNAMIC) || !Number.isSafeInteger(rest)) return undefined;
  return `write the size instead of -1: [${shape.map((d) => (d === DYNAMIC ? rest : d)).join(', ')}]`;
}

/** The same elements in row-major order under another shape. */
export function reshape(x: Node, shape: Shape): Node {
  expectNodes('reshape', [x]);
  expectShape('reshape', shape);
  return sameShape(x.type.shape, shape) ? x : node(reshapeOp, [x], { shape });
}
