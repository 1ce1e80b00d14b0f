import type { Padding, Pair } from '../../ops/conv/_window.ts';
import { type ConvOptions, conv2d as convolve } from '../../ops/conv/conv2d.ts';
import type { SizedLayer } from '../layer.ts';
import type { Channels } from '../sizes.ts';
import { type ConvolutionOptions, convolution } from './_convolution.ts';

/** `padding` is zeros around the image: a number, `[h, w]`, `[top, left, bottom, right]`, `'same'` or `'valid'`. */
export interface Conv2dLayerOptions extends ConvOptions<number | Pair, Padding>, ConvolutionOptions {}

/**
 * 2-D convolution: `[batch, in, height, width] → [batch, out, height', width']`, `height' = ⌊(height + 2p − d(k − 1) − 1) / s⌋ + 1`.
 * Parameters: `weight` `[out, in / groups, kh, kw]`, `bias` `[out]`; initialized as in PyTorch.
 */
export function conv2d<const In extends number, const Out extends number>(
  inChannels: In,
  outChannels: Out,
  kernelSize: number | Pair,
  options: Conv2dLayerOptions = {},
): SizedLayer<Channels<In, Out, '?, ?'>> {
  return convolution({ name: 'conv2d', rank: 2, convolve }, inChannels, outChannels, kernelSize, options);
}
