import { expectNodes, type Node } from '../../ir/node.ts';
import { expectOptions } from '../../options.ts';
import { knownAs } from '../composite/known-as.ts';
import { expectTransposedChannels } from './_channels.ts';
import { type TransposedOptions, transposed, transposedWindows } from './_transposed.ts';
import { type Pads, type Pair, sizesOf } from './_window.ts';

export type ConvTranspose2dOptions = TransposedOptions<number | Pair, number | Pair | Pads>;

/**
 * Transposed 2-D convolution: `[batch, in, height, width]`, weight `[in, out / groups, kh, kw] → [batch, out, height', width']`,
 * `height' = (height − 1)·s − 2p + d(k − 1) + outputPadding + 1`. It is the gradient of `conv2d` with respect to its images.
 */
export function convTranspose2d(x: Node, weight: Node, options: ConvTranspose2dOptions = {}): Node {
  const op = 'convTranspose2d';
  expectNodes(op, [x, weight]);
  expectOptions(op, options, ['stride', 'padding', 'outputPadding', 'groups', 'dilation']);
  const size = sizesOf(op, 'an image batch', x.type, 2);
  const kernel = sizesOf(op, 'a weight', weight.type, 2);
  const { groups = 1 } = options;
  expectTransposedChannels(op, x.type.shape, weight.type.shape, groups, 2);
  const moves = transposedWindows(op, size, kernel, options, 2);
  const { strides, dilations, asked } = moves;
  const y = transposed(x, weight, groups, moves);
  return knownAs(y, { call: 'convTranspose', strides, dilations, ...asked, groups }, { x, weight });
}
