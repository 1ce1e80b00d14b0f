import type { Node } from '../../ir/node.ts';
import { expectOptions } from '../../options.ts';
import { maxOfImages } from './_max-images.ts';
import { knownPool, type MaxPoolOptions, poolAxes } from './_pool.ts';
import { poolVolumes } from './_pool-by-images.ts';
import type { Padding3d, Triple } from './_window.ts';

export type MaxPool3dOptions = MaxPoolOptions<number | Triple, Padding3d>;

/** Largest value of each window, `[batch, channels, depth, height, width] → [batch, channels, depth', height', width']`. Padding never wins. */
export function maxPool3d(x: Node, kernelSize: number | Triple, options: MaxPool3dOptions = {}): Node {
  expectOptions('maxPool3d', options, ['stride', 'padding', 'dilation', 'ceilMode']);
  const axes = poolAxes('maxPool3d', x, kernelSize, options, 3);
  const y = poolVolumes(x, axes, (images, moves) => maxOfImages('maxPool3d', images, moves));
  return knownPool(y, x, axes, { call: 'maxPool' });
}
