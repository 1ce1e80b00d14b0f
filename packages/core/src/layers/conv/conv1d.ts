import type { Padding1d } from '../../ops/conv/_window.ts';
import { conv1d as convolve } from '../../ops/conv/conv1d.ts';
import type { ConvOptions } from '../../ops/conv/conv2d.ts';
import type { SizedLayer } from '../layer.ts';
import type { Channels } from '../sizes.ts';
import { type ConvolutionOptions, convolution } from './_convolution.ts';

/** `padding` is zeros around the sequence: a number, `[left, right]`, `'same'` or `'valid'`. */
export interface Conv1dLayerOptions extends ConvOptions<number, Padding1d>, ConvolutionOptions {}

/**
 * 1-D convolution: `[batch, in, length] → [batch, out, length']`, `length' = ⌊(length + 2p − d(k − 1) − 1) / s⌋ + 1`.
 * Parameters: `weight` `[out, in / groups, k]`, `bias` `[out]`; initialized as in PyTorch.
 */
export function conv1d<const In extends number, const Out extends number>(
  inChannels: In,
  outChannels: Out,
  kernelSize: number,
  options: Conv1dLayerOptions = {},
): SizedLayer<Channels<In, Out, '?'>> {
  return convolution({ name: 'conv1d', rank: 1, convolve }, inChannels, outChannels, kernelSize, options);
}
