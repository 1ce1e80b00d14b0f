import { expectNodes, type Node } from '../../ir/node.ts';
import { expectOptions } from '../../options.ts';
import { knownAs } from '../composite/known-as.ts';
import { reshape } from '../shape/reshape.ts';
import { expectTransposedChannels } from './_channels.ts';
import { asImages } from './_images.ts';
import { type TransposedOptions, transposed, transposedWindows } from './_transposed.ts';
import { type Pair, sizesOf } from './_window.ts';

export type ConvTranspose1dOptions = TransposedOptions<number, number | Pair>;

/**
 * Transposed 1-D convolution: `[batch, in, length]`, weight `[in, out / groups, k] → [batch, out, length']`,
 * `length' = (length − 1)·s − 2p + d(k − 1) + outputPadding + 1`. It is the gradient of `conv1d` with respect to its sequences.
 */
export function convTranspose1d(x: Node, weight: Node, options: ConvTranspose1dOptions = {}): Node {
  const op = 'convTranspose1d';
  expectNodes(op, [x, weight]);
  expectOptions(op, options, ['stride', 'padding', 'outputPadding', 'groups', 'dilation']);
  const size = sizesOf(op, 'a batch of sequences', x.type, 1);
  const kernel = sizesOf(op, 'a weight', weight.type, 1);
  const { groups = 1 } = options;
  expectTransposedChannels(op, x.type.shape, weight.type.shape, groups, 1);
  const { strides, dilations, pads, output, reached, asked } = transposedWindows(op, size, kernel, options, 1);
  const y = transposed(asImages(x), asImages(weight), groups, {
    strides: [1, ...strides],
    dilations: [1, ...dilations],
    pads: [0, pads[0] as number, 0, pads[1] as number],
    output: [1, ...output],
    reached: [1, ...reached],
  });
  const [batch, , , length] = y.type.shape as [number, number, number, number];
  const sequences = reshape(y, [batch, y.type.shape[1] as number, length]);
  return knownAs(sequences, { call: 'convTranspose', strides, dilations, ...asked, groups }, { x, weight });
}
