import type { Padding3d, Triple } from '../../ops/conv/_window.ts';
import type { ConvOptions } from '../../ops/conv/conv2d.ts';
import { conv3d as convolve } from '../../ops/conv/conv3d.ts';
import type { SizedLayer } from '../layer.ts';
import type { Channels } from '../sizes.ts';
import { type ConvolutionOptions, convolution } from './_convolution.ts';

/** `padding` is zeros around the volume: a number, `[d, h, w]`, `[front, top, left, back, bottom, right]`, `'same'` or `'valid'`. */
export interface Conv3dLayerOptions extends ConvOptions<number | Triple, Padding3d>, ConvolutionOptions {}

/**
 * 3-D convolution: `[batch, in, depth, height, width] → [batch, out, depth', height', width']`, each axis as in `conv2d`.
 * Parameters: `weight` `[out, in / groups, kd, kh, kw]`, `bias` `[out]`; initialized as in PyTorch.
 */
export function conv3d<const In extends number, const Out extends number>(
  inChannels: In,
  outChannels: Out,
  kernelSize: number | Triple,
  options: Conv3dLayerOptions = {},
): SizedLayer<Channels<In, Out, '?, ?, ?'>> {
  return convolution({ name: 'conv3d', rank: 3, convolve }, inChannels, outChannels, kernelSize, options);
}
