import { expectNodes, type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { numel, type Shape } from '../../ir/shape.ts';
import { expectCount, expectOptions } from '../../options.ts';
import { expectChannels } from './_channels.ts';
import {
  imageSize,
  outputSize,
  type Padding,
  type Pair,
  pair,
  resolvePads,
  type WindowAttrs,
  type WindowOptions,
} from './_window.ts';
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
    expectChannels('conv2d', x.shape, w.shape, attrs.groups, 2);
    const [[batch], [filters]] = [x.shape, w.shape] as [[number], [number]];
    return { dtype: x.dtype, shape: [batch, filters, ...outputSize('conv2d', size, kernel, attrs, attrs.dilations)] };
  },
  flops: ([, w], y) => convolutionFlops((w as TensorType).shape, y.shape),
  window: ([, w], { strides, dilations }) => ({ size: kernelOf(w as TensorType), step: strides, dilation: dilations }),
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

/** Of a convolution with filters `[out, in / groups, kh, kw]` whose result is `[batch, out, height, width]`. */
export function convolutionFlops(filters: Shape, result: Shape): number {
  return 2 * numel(result) * numel(filters.slice(1));
}

function kernelOf({ shape }: TensorType): Pair {
  return [shape[2] as number, shape[3] as number];
}

/** Options of a convolution, whose windows have `Size`s. */
export interface ConvOptions<Size, Pad> extends WindowOptions<Size, Pad> {
  /** Default 1. */
  readonly groups?: number;
}

export type Conv2dOptions = ConvOptions<number | Pair, Padding>;

/**
 * 2-D cross-correlation, what every framework calls convolution:
 * `[batch, in, height, width] ⋆ [out, in / groups, kh, kw] → [batch, out, height', width']`.
 */
export function conv2d(x: Node, weight: Node, options: Conv2dOptions = {}): Node {
  expectNodes('conv2d', [x, weight]);
  expectOptions('conv2d', options, ['stride', 'padding', 'dilation', 'groups']);
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  expectCount('conv2d', 'groups', groups);
  const strides = pair('conv2d', 'stride', stride, 1);
  const dilations = pair('conv2d', 'dilation', dilation, 1);
  const size = imageSize('conv2d', 'an image batch', x.type);
  const kernel = imageSize('conv2d', 'a weight', weight.type);
  const pads = resolvePads('conv2d', padding, size, kernel, strides, dilations);
  return node(conv2dOp, [x, weight], { strides, pads, dilations, groups });
}
