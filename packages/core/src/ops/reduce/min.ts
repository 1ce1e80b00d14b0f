import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { numel } from '../../ir/shape.ts';
import { expectNonEmpty, extremeGrad } from './_extreme.ts';
import { type ReduceAttrs, type ReduceOptions, reduceAttrs, reduceType } from './_types.ts';

export const minOp: PrimitiveOp<'min', ReduceAttrs> = {
  kind: 'primitive',
  name: 'min',
  infer(inputs, attrs) {
    expectNonEmpty('min', inputs, attrs.axes);
    return reduceType('min', inputs, attrs, ['float32', 'int32']);
  },
  simplify: ({ inputs: [x], attrs }) => ((attrs as ReduceAttrs).axes.length === 0 ? (x as Node) : null),
  flops: ([x]) => numel((x as TensorType).shape),
  keepsPlaces: ({ axes, keepDims }) => keepDims && axes.every((axis) => axis < 2),
  grad: ({ inputs: [x], output, attrs, dy }) => [extremeGrad(x as Node, output, attrs, dy)],
};

/** The smallest element over `axes` (all by default); equal elements share the gradient, as PyTorch's `amin` does. */
export function min(x: Node, options: ReduceOptions = {}): Node {
  return node(minOp, [x], reduceAttrs('min', x, options));
}
