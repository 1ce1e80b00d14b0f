import type { Node } from '../../ir/node.ts';
import { expectFlag, expectOptions } from '../../options.ts';
import { meanOfImages } from './_mean-images.ts';
import { knownMeans, poolAxes } from './_pool.ts';
import { poolVolumes } from './_pool-by-images.ts';
import type { Padding3d, Triple } from './_window.ts';
import type { AvgPoolOptions } from './avg-pool2d.ts';

export type AvgPool3dOptions = AvgPoolOptions<number | Triple, Padding3d>;

/** Mean of each window, `[batch, channels, depth, height, width] → [batch, channels, depth', height', width']`. */
export function avgPool3d(x: Node, kernelSize: number | Triple, options: AvgPool3dOptions = {}): Node {
  expectOptions('avgPool3d', options, ['stride', 'padding', 'ceilMode', 'countIncludePad']);
  const { countIncludePad = true, ...window } = options;
  expectFlag('avgPool3d.countIncludePad', countIncludePad);
  const axes = poolAxes('avgPool3d', x, kernelSize, window, 3);
  const y = poolVolumes(x, axes, (images, moves) => meanOfImages(images, moves, countIncludePad));
  return knownMeans(y, x, axes, countIncludePad);
}
