import type { Node } from '../../ir/node.ts';
import { expectFlag, expectOptions } from '../../options.ts';
import { meanOfImages } from './_mean-images.ts';
import { knownMeans, poolAxes } from './_pool.ts';
import { poolSequences } from './_pool-by-images.ts';
import type { Padding1d } from './_window.ts';
import type { AvgPoolOptions } from './avg-pool2d.ts';

export type AvgPool1dOptions = AvgPoolOptions<number, Padding1d>;

/** Mean of each window, `[batch, channels, length] → [batch, channels, length']`. */
export function avgPool1d(x: Node, kernelSize: number, options: AvgPool1dOptions = {}): Node {
  expectOptions('avgPool1d', options, ['stride', 'padding', 'ceilMode', 'countIncludePad']);
  const { countIncludePad = true, ...window } = options;
  expectFlag('avgPool1d.countIncludePad', countIncludePad);
  const axes = poolAxes('avgPool1d', x, kernelSize, window, 1);
  const y = poolSequences(x, axes, (images, moves) => meanOfImages(images, moves, countIncludePad));
  return knownMeans(y, x, axes, countIncludePad);
}
