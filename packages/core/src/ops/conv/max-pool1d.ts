import type { Node } from '../../ir/node.ts';
import { expectOptions } from '../../options.ts';
import { maxOfImages } from './_max-images.ts';
import { knownPool, type MaxPoolOptions, poolAxes } from './_pool.ts';
import { poolSequences } from './_pool-by-images.ts';
import type { Padding1d } from './_window.ts';

export type MaxPool1dOptions = MaxPoolOptions<number, Padding1d>;

/** Largest value of each window, `[batch, channels, length] → [batch, channels, length']`. Padding never wins. */
export function maxPool1d(x: Node, kernelSize: number, options: MaxPool1dOptions = {}): Node {
  expectOptions('maxPool1d', options, ['stride', 'padding', 'dilation', 'ceilMode']);
  const axes = poolAxes('maxPool1d', x, kernelSize, options, 1);
  const y = poolSequences(x, axes, (images, moves) => maxOfImages('maxPool1d', images, moves));
  return knownPool(y, x, axes, { call: 'maxPool' });
}
