import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { expectKind } from '../../options.ts';
import { poolType } from './_pool.ts';
import { expectGradientShape, imageSize, type Pair } from './_window.ts';
import { type AvgPool2dAttrs, avgPool2dOp } from './avg-pool2d.ts';

export interface AvgPool2dGradAttrs extends AvgPool2dAttrs {
  /** Height and width of the input of the pooling. */
  readonly inputSize: Pair;
}

export const avgPool2dGradOp: PrimitiveOp<'avgPool2dGrad', AvgPool2dGradAttrs> = {
  kind: 'primitive',
  name: 'avgPool2dGrad',
  infer(inputs, { inputSize, ...attrs }) {
    const [dy] = inputs as readonly [TensorType];
    imageSize('avgPool2dGrad', 'a gradient', dy);
    const x: TensorType = { dtype: dy.dtype, shape: [...dy.shape.slice(0, 2), ...inputSize] };
    expectGradientShape('avgPool2dGrad', dy.shape, poolType('avgPool2dGrad', x, attrs).shape);
    return x;
  },
  grad: ({ attrs: { inputSize: _, ...attrs }, dy: g }) => [node(avgPool2dOp, [g], attrs)],
};

/** Gradient of `avgPool2d`: each element of `dy` is spread evenly over its window. */
export function avgPool2dGrad(dy: Node, attrs: AvgPool2dGradAttrs): Node {
  expectKind(
    'avgPool2dGrad',
    attrs,
    { inputSize: 'list', kernel: 'list', strides: 'list', pads: 'list' },
    '{ ...pool.attrs, inputSize: [28, 28] }',
  );
  return node(avgPool2dGradOp, [dy], attrs);
}
