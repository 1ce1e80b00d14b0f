import { ShapeError } from '../../errors.ts';
import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { formatShape } from '../../ir/shape.ts';
import { expectKind } from '../../options.ts';
import { expectGradientShape, imageSize, type Pair } from './_window.ts';
import { type Conv2dAttrs, conv2dOp, convolutionFlops } from './conv2d.ts';
import { conv2dInputGrad } from './conv2d-input-grad.ts';

export interface Conv2dFilterGradAttrs extends Conv2dAttrs {
  readonly kernelSize: Pair;
}

export const conv2dFilterGradOp: PrimitiveOp<'conv2dFilterGrad', Conv2dFilterGradAttrs> = {
  kind: 'primitive',
  name: 'conv2dFilterGrad',
  infer(inputs, { kernelSize, ...attrs }) {
    const [x, dy] = inputs as readonly [TensorType, TensorType];
    imageSize('conv2dFilterGrad', 'an image batch', x);
    imageSize('conv2dFilterGrad', 'a gradient', dy);
    const perGroup = (x.shape[1] as number) / attrs.groups;
    if (!Number.isInteger(perGroup)) {
      throw new ShapeError('conv2dFilterGrad: the groups do not divide the channels', {
        received: `image ${formatShape(x.shape)}, groups ${attrs.groups}`,
        expected: 'a number of channels that the groups divide',
      });
    }
    const w: TensorType = { dtype: x.dtype, shape: [dy.shape[1] as number, perGroup, ...kernelSize] };
    expectGradientShape('conv2dFilterGrad', dy.shape, conv2dOp.infer([x, w], attrs).shape);
    return w;
  },
  flops: ([, dy], w) => convolutionFlops(w.shape, (dy as TensorType).shape),
  grad({ inputs, attrs: { kernelSize: _, ...attrs }, dy: g }) {
    const [x, dy] = inputs as readonly [Node, Node];
    const [, , h, w] = x.type.shape as readonly [number, number, number, number];
    return [conv2dInputGrad(dy, g, { ...attrs, inputSize: [h, w] }), node(conv2dOp, [x, g], attrs)];
  },
};

/** Gradient of `conv2d` with respect to the weight. */
export function conv2dFilterGrad(x: Node, dy: Node, attrs: Conv2dFilterGradAttrs): Node {
  expectKind('attrs', attrs, 'record', '{ …, kernelSize: [3, 3] }');
  return node(conv2dFilterGradOp, [x, dy], attrs);
}
