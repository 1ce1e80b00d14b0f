import { ShapeError } from '../../errors.ts';
import { expectNodes, type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { formatShape } from '../../ir/shape.ts';
import { expectOptions } from '../../options.ts';
import { imageSize, outputSize, type Padding, type Pair, pair, resolvePads, type WindowAttrs } from './_window.ts';
import { conv2dFilterGrad } from './conv2d-filter-grad.ts';
import { conv2dInputGrad } from './conv2d-input-grad.ts';

export interface Conv2dAttrs extends WindowAttrs {
  readonly dilations: Pair;
  readonly groups: number;
}

export const conv2dOp: PrimitiveOp<'conv2d', Conv2dAttrs> = {
  kind: 'primitive',
  name: 'conv2d',
  infer(inputs, attrs) {
    const [x, w] = inputs as readonly [TensorType, TensorType];
    const size = imageSize('conv2d', 'an image batch', x);
    const kernel = imageSize('conv2d', 'a weight', w);
    const [batch, channels] = x.shape as readonly [number, number];
    const [filters, perGroup] = w.shape as readonly [number, number];
    if (channels !== perGroup * attrs.groups || filters % attrs.groups !== 0) {
      throw new ShapeError('conv2d: the channels of the image and of the weight do not fit', {
        received: `image ${formatShape(x.shape)}, weight ${formatShape(w.shape)}, groups ${attrs.groups}`,
        expected: `an image of ${perGroup} × ${attrs.groups} = ${perGroup * attrs.groups} channels, and filters divisible by the groups`,
      });
    }
    return { dtype: x.dtype, shape: [batch, filters, ...outputSize('conv2d', size, kernel, attrs, attrs.dilations)] };
  },
  grad({ inputs, attrs, dy }) {
    const [x, w] = inputs as readonly [Node, Node];
    const [, , h, wd] = x.type.shape as readonly [number, number, number, number];
    const [, , kh, kw] = w.type.shape as readonly [number, number, number, number];
    return [
      conv2dInputGrad(dy, w, { ...attrs, inputSize: [h, wd] }),
      conv2dFilterGrad(x, dy, { ...attrs, kernelSize: [kh, kw] }),
    ];
  },
};

export interface Conv2dOptions {
  /** Default 1. */
  readonly stride?: number | Pair;
  /** Default 0. */
  readonly padding?: Padding;
  /** Default 1. */
  readonly dilation?: number | Pair;
  /** Default 1. */
  readonly groups?: number;
}

/**
 * 2-D cross-correlation, what every framework calls convolution:
 * `[batch, in, height, width] ⋆ [out, in / groups, kh, kw] → [batch, out, height', width']`.
 */
export function conv2d(x: Node, weight: Node, options: Conv2dOptions = {}): Node {
  expectNodes('conv2d', [x, weight]);
  expectOptions('conv2d', options, ['stride', 'padding', 'dilation', 'groups']);
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const strides = pair('conv2d', 'stride', stride, 1);
  const dilations = pair('conv2d', 'dilation', dilation, 1);
  const size = imageSize('conv2d', 'an image batch', x.type);
  const kernel = imageSize('conv2d', 'a weight', weight.type);
  const pads = resolvePads('conv2d', padding, size, kernel, strides, dilations);
  return node(conv2dOp, [x, weight], { strides, pads, dilations, groups });
}
