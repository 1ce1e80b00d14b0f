import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { numel } from '../../ir/shape.ts';
import { expectOptions } from '../../options.ts';
import { maxOfImages } from './_max-images.ts';
import { knownPool, type Pool2dAttrs, type Pool2dOptions, type PoolAxis, poolAxes, poolType } from './_pool.ts';
import type { Pair } from './_window.ts';
import { maxPool2dGrad } from './max-pool2d-grad.ts';

export const maxPool2dOp: PrimitiveOp<'maxPool2d', Pool2dAttrs> = {
  kind: 'primitive',
  name: 'maxPool2d',
  infer: ([x], attrs) => poolType('maxPool2d', x as TensorType, attrs),
  flops: (_, y, { kernel }) => numel(y.shape) * numel(kernel),
  window: (_, { kernel, strides }) => ({ size: kernel, step: strides, dilation: [1, 1] }),
  /** The maximum of a never-decreasing function is the function of the maximum, which it computes on far fewer elements. */
  simplify({ inputs: [x], attrs }) {
    const { op, inputs, attrs: inner } = x as Node;
    return op.monotone === true ? node(op, [node(maxPool2dOp, inputs, attrs as Pool2dAttrs)], inner) : null;
  },
  grad: ({ inputs: [x], output, attrs, dy }) => [maxPool2dGrad(x as Node, output, dy, attrs)],
};

/** Largest value of each window, `[batch, channels, height, width] → [batch, channels, height', width']`. Padding never wins. */
export function maxPool2d(x: Node, kernelSize: number | Pair, options: Pool2dOptions = {}): Node {
  expectOptions('maxPool2d', options, ['stride', 'padding', 'dilation', 'ceilMode']);
  const axes = poolAxes('maxPool2d', x, kernelSize, options, 2) as unknown as readonly [PoolAxis, PoolAxis];
  const y = maxOfImages('maxPool2d', x, axes);
  return axes.every(({ dilation }) => dilation === 1) ? y : knownPool(y, x, axes, { call: 'maxPool' });
}
