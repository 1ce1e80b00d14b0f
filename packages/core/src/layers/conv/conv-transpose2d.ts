import type { TransposedOptions } from '../../ops/conv/_transposed.ts';
import type { Pads, Pair } from '../../ops/conv/_window.ts';
import { convTranspose2d as convolve } from '../../ops/conv/conv-transpose2d.ts';
import type { SizedLayer } from '../layer.ts';
import type { Channels } from '../sizes.ts';
import { type ConvolutionOptions, convolution } from './_convolution.ts';

/** `padding` is what is cut off the result: a number, `[h, w]` or `[top, left, bottom, right]`. */
export interface ConvTranspose2dLayerOptions
  extends TransposedOptions<number | Pair, number | Pair | Pads>,
    ConvolutionOptions {}

/**
 * Transposed 2-D convolution, which makes images larger: `[batch, in, height, width] → [batch, out, height', width']`,
 * `height' = (height − 1)·s − 2p + d(k − 1) + outputPadding + 1`.
 * Parameters: `weight` `[in, out / groups, kh, kw]`, `bias` `[out]`; initialized as in PyTorch.
 */
export function convTranspose2d<const In extends number, const Out extends number>(
  inChannels: In,
  outChannels: Out,
  kernelSize: number | Pair,
  options: ConvTranspose2dLayerOptions = {},
): SizedLayer<Channels<In, Out, '?, ?'>> {
  const kind = { name: 'convTranspose2d', rank: 2, isTransposed: true, convolve } as const;
  return convolution(kind, inChannels, outChannels, kernelSize, options);
}
