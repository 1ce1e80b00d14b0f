import { type Node, node } from '../../ir/node.ts';
import { pad } from '../shape/pad.ts';
import { attrsOf, type PoolAxis } from './_pool.ts';
import { avgPool2dOp } from './avg-pool2d.ts';

/** The mean of each window of images. What a window has beyond the padding never counts. */
export function meanOfImages(x: Node, axes: readonly [PoolAxis, PoolAxis], countIncludePad: boolean): Node {
  if (!countIncludePad || axes.every(({ beyond }) => beyond === 0)) {
    return node(avgPool2dOp, [x], { ...attrsOf(axes), countIncludePad });
  }
  const padded = pad(x, [0, 0, ...axes.map(({ before }) => before)], [0, 0, ...axes.map(({ after }) => after)]);
  const bare = axes.map((axis) => ({ ...axis, before: 0, after: 0 })) as unknown as readonly [PoolAxis, PoolAxis];
  return node(avgPool2dOp, [padded], { ...attrsOf(bare), countIncludePad: false });
}
