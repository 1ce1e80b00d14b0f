import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { numel } from '../../ir/shape.ts';
import { type ReduceAttrs, type ReduceOptions, reduceAttrs, reduceType, unreduce } from './_types.ts';

export const sumOp: PrimitiveOp<'sum', ReduceAttrs> = {
  kind: 'primitive',
  name: 'sum',
  infer: (inputs, attrs) => reduceType('sum', inputs, attrs, ['float32', 'int32']),
  simplify: ({ inputs: [x], attrs }) => ((attrs as ReduceAttrs).axes.length === 0 ? (x as Node) : null),
  flops: ([x]) => numel((x as TensorType).shape),
  keepsPlaces: ({ axes, keepDims }) => keepDims && axes.every((axis) => axis < 2),
  grad: ({ inputs: [x], attrs, dy }) => [unreduce(dy, attrs, (x as Node).type.shape)],
};

/** Sum over `axes` (all by default). */
export function sum(x: Node, options: ReduceOptions = {}): Node {
  return node(sumOp, [x], reduceAttrs('sum', x, options));
}
