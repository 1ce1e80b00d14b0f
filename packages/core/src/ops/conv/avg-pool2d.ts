import type { Node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { numel } from '../../ir/shape.ts';
import { expectFlag, expectOptions } from '../../options.ts';
import { meanOfImages } from './_mean-images.ts';
import { type Pool2dAttrs, type PoolAxis, type PoolOptions, poolAxes, poolType } from './_pool.ts';
import type { Padding, Pair } from './_window.ts';
import { avgPool2dGrad } from './avg-pool2d-grad.ts';

export interface AvgPool2dAttrs extends Pool2dAttrs {
  /** Whether padding counts as pixels of value 0. */
  readonly countIncludePad: boolean;
}

export const avgPool2dOp: PrimitiveOp<'avgPool2d', AvgPool2dAttrs> = {
  kind: 'primitive',
  name: 'avgPool2d',
  infer: ([x], attrs) => poolType('avgPool2d', x as TensorType, attrs),
  flops: (_, y, { kernel }) => numel(y.shape) * numel(kernel),
  window: (_, { kernel, strides }) => ({ size: kernel, step: strides, dilation: [1, 1] }),
  grad({ inputs: [x], attrs, dy }) {
    const [, , h, w] = (x as Node).type.shape as readonly [number, number, number, number];
    return [avgPool2dGrad(dy, { ...attrs, inputSize: [h, w] })];
  },
};

/** Options of a mean pooling. */
export interface AvgPoolOptions<Size = number | Pair, Pad = Padding> extends PoolOptions<Size, Pad> {
  /** Whether padding counts as pixels of value 0. Default true, as in PyTorch. */
  readonly countIncludePad?: boolean;
}

export type AvgPool2dOptions = AvgPoolOptions;

/** Mean of each window, `[batch, channels, height, width] → [batch, channels, height', width']`. */
export function avgPool2d(x: Node, kernelSize: number | Pair, options: AvgPool2dOptions = {}): Node {
  expectOptions('avgPool2d', options, ['stride', 'padding', 'ceilMode', 'countIncludePad']);
  const { countIncludePad = true, ...window } = options;
  expectFlag('avgPool2d.countIncludePad', countIncludePad);
  const axes = poolAxes('avgPool2d', x, kernelSize, window, 2) as unknown as readonly [PoolAxis, PoolAxis];
  return meanOfImages(x, axes, countIncludePad);
}
