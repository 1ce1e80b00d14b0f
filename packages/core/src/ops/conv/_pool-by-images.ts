import type { Node } from '../../ir/node.ts';
import { reshape } from '../shape/reshape.ts';
import { type PoolAxis, still } from './_pool.ts';

/** Pools images along their rows and columns. */
export type PoolImages = (x: Node, axes: readonly [PoolAxis, PoolAxis]) => Node;

/** Pools sequences `[batch, channels, length]` as images of height 1. */
export function poolSequences(x: Node, [along]: readonly PoolAxis[], pool: PoolImages): Node {
  const [batch, channels, length] = x.type.shape as [number, number, number];
  const { output } = along as PoolAxis;
  const y = pool(reshape(x, [batch, channels, 1, length]), [still(1), along as PoolAxis]);
  return reshape(y, [batch, channels, output]);
}

/**
 * Pools volumes `[batch, channels, depth, height, width]`: their slices as images, and then along the depth. Of equal maxima the first of a slice and
 * then the first slice is the first of all in row-major order.
 */
export function poolVolumes(x: Node, axes: readonly PoolAxis[], pool: PoolImages): Node {
  const [deep, rows, columns] = axes as readonly [PoolAxis, PoolAxis, PoolAxis];
  const [batch, channels] = x.type.shape as [number, number];
  const slices = pool(reshape(x, [batch, channels * deep.size, rows.size, columns.size]), [rows, columns]);
  const pixels = rows.output * columns.output;
  const y = pool(reshape(slices, [batch, channels, deep.size, pixels]), [deep, still(pixels)]);
  return reshape(y, [batch, channels, deep.output, rows.output, columns.output]);
}
