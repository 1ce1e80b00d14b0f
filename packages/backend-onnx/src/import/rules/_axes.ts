import { BackendError } from '@descent/core';
import { type ImportedNode, nodeTitle } from '../graph.ts';

/** `axis` counted from the front. Throws a `BackendError` for one that a tensor of `rank` does not have. */
export function axisOf(node: ImportedNode, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(at) && at >= 0 && at < rank) return at;
  throw new BackendError('the operator names an axis that its tensor does not have', {
    path: nodeTitle(node),
    received: `axis ${axis} of ${rank} axes`,
    expected: rank === 0 ? 'a tensor with axes' : `${-rank} to ${rank - 1}`,
  });
}

/** The same of several, which must differ. */
export function axesOf(node: ImportedNode, axes: readonly number[], rank: number): readonly number[] {
  const all = axes.map((axis) => axisOf(node, axis, rank));
  if (new Set(all).size === all.length) return all;
  throw new BackendError('the operator names an axis twice', { path: nodeTitle(node), received: axes.join(', ') });
}
