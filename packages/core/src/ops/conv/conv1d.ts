import { expectNodes, type Node, node } from '../../ir/node.ts';
import { expectCount, expectOptions } from '../../options.ts';
import { knownAs } from '../composite/known-as.ts';
import { reshape } from '../shape/reshape.ts';
import { expectChannels } from './_channels.ts';
import { asImages, onWidth } from './_images.ts';
import { movesOf, type Padding1d, sizesOf, windows } from './_window.ts';
import { type ConvOptions, conv2dOp } from './conv2d.ts';

export type Conv1dOptions = ConvOptions<number, Padding1d>;

/** 1-D cross-correlation: `[batch, in, length] ⋆ [out, in / groups, k] → [batch, out, length']`. A convolution of images of height 1. */
export function conv1d(x: Node, weight: Node, options: Conv1dOptions = {}): Node {
  expectNodes('conv1d', [x, weight]);
  expectOptions('conv1d', options, ['stride', 'padding', 'dilation', 'groups']);
  const { groups = 1 } = options;
  expectCount('conv1d', 'groups', groups);
  const size = sizesOf('conv1d', 'a batch of sequences', x.type, 1);
  const kernel = sizesOf('conv1d', 'a weight', weight.type, 1);
  expectChannels('conv1d', x.type.shape, weight.type.shape, groups, 1);
  const moves = windows('conv1d', size, kernel, options, 1);
  const y = node(conv2dOp, [asImages(x), asImages(weight)], { ...onWidth(moves), groups });
  const sequences = reshape(y, [x.type.shape[0] as number, weight.type.shape[0] as number, ...moves.output]);
  return knownAs(sequences, { call: 'conv', ...movesOf(moves), groups }, { x, weight });
}
