import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { numel } from '../../ir/shape.ts';
import { expectNonEmpty, extremeGrad } from './_extreme.ts';
import { type ReduceAttrs, type ReduceOptions, reduceAttrs, reduceType } from './_types.ts';

export const maxOp: PrimitiveOp<'max', ReduceAttrs> = {
  kind: 'primitive',
  name: 'max',
  infer(inputs, attrs) {
    expectNonEmpty('max', inputs, attrs.axes);
    return reduceType('max', inputs, attrs, ['float32', 'int32']);
  },
  simplify: ({ inputs: [x], attrs }) => ((attrs as ReduceAttrs).axes.length === 0 ? (x as Node) : null),
  flops: ([x]) => numel((x as TensorType).shape),
  keepsPlaces: ({ axes, keepDims }) => keepDims && axes.every((axis) => axis < 2),
  grad: ({ inputs: [x], output, attrs, dy }) => [extremeGrad(x as Node, output, attrs, dy)],
};

/** The largest element over `axes` (all by default); equal elements share the gradient, as PyTorch's `amax` does. */
export function max(x: Node, options: ReduceOptions = {}): Node {
  return node(maxOp, [x], reduceAttrs('max', x, options));
}
