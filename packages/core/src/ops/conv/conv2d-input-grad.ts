import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { expectKind } from '../../options.ts';
import { expectGradientShape, imageSize, type Pair } from './_window.ts';
import { type Conv2dAttrs, conv2dOp, convolutionFlops } from './conv2d.ts';
import { conv2dFilterGrad } from './conv2d-filter-grad.ts';

export interface Conv2dInputGradAttrs extends Conv2dAttrs {
  /** Height and width of the input of the convolution. */
  readonly inputSize: Pair;
}

export const conv2dInputGradOp: PrimitiveOp<'conv2dInputGrad', Conv2dInputGradAttrs> = {
  kind: 'primitive',
  name: 'conv2dInputGrad',
  infer(inputs, { inputSize, ...attrs }) {
    const [dy, w] = inputs as readonly [TensorType, TensorType];
    imageSize('conv2dInputGrad', 'a gradient', dy);
    imageSize('conv2dInputGrad', 'a weight', w);
    const x: TensorType = {
      dtype: dy.dtype,
      shape: [dy.shape[0] as number, (w.shape[1] as number) * attrs.groups, ...inputSize],
    };
    expectGradientShape('conv2dInputGrad', dy.shape, conv2dOp.infer([x, w], attrs).shape);
    return x;
  },
  flops: ([dy, w]) => convolutionFlops((w as TensorType).shape, (dy as TensorType).shape),
  /** Of `⌈size / stride⌉` elements at most, since the others fall between. */
  window([, w], { strides, dilations }) {
    const size = [0, 1].map((i) => {
      const reach = (((w as TensorType).shape[2 + i] as number) - 1) * (dilations[i] as number);
      return Math.floor(reach / (strides[i] as number)) + 1;
    });
    return { size: size as unknown as Pair, step: [1 / strides[0], 1 / strides[1]], dilation: [1, 1] };
  },
  grad({ inputs, attrs: { inputSize: _, ...attrs }, dy: g }) {
    const [dy, w] = inputs as readonly [Node, Node];
    const [, , kh, kw] = w.type.shape as readonly [number, number, number, number];
    return [node(conv2dOp, [g, w], attrs), conv2dFilterGrad(g, dy, { ...attrs, kernelSize: [kh, kw] })];
  },
};

/** Gradient of `conv2d` with respect to the image, also known as transposed convolution. */
export function conv2dInputGrad(dy: Node, weight: Node, attrs: Conv2dInputGradAttrs): Node {
  expectKind('attrs', attrs, 'record', '{ …, inputSize: [28, 28] }');
  return node(conv2dInputGradOp, [dy, weight], attrs);
}
