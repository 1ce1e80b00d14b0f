import type { TransposedOptions } from '../../ops/conv/_transposed.ts';
import type { Pair } from '../../ops/conv/_window.ts';
import { convTranspose1d as convolve } from '../../ops/conv/conv-transpose1d.ts';
import type { SizedLayer } from '../layer.ts';
import type { Channels } from '../sizes.ts';
import { type ConvolutionOptions, convolution } from './_convolution.ts';

/** `padding` is what is cut off the result: a number or `[left, right]`. */
export interface ConvTranspose1dLayerOptions extends TransposedOptions<number, number | Pair>, ConvolutionOptions {}

/**
 * Transposed 1-D convolution, which makes sequences longer: `[batch, in, length] → [batch, out, length']`,
 * `length' = (length − 1)·s − 2p + d(k − 1) + outputPadding + 1`.
 * Parameters: `weight` `[in, out / groups, k]`, `bias` `[out]`; initialized as in PyTorch.
 */
export function convTranspose1d<const In extends number, const Out extends number>(
  inChannels: In,
  outChannels: Out,
  kernelSize: number,
  options: ConvTranspose1dLayerOptions = {},
): SizedLayer<Channels<In, Out, '?'>> {
  const kind = { name: 'convTranspose1d', rank: 1, isTransposed: true, convolve } as const;
  return convolution(kind, inChannels, outChannels, kernelSize, options);
}
