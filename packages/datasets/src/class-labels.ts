import type { NDArray, NDArrays } from '@descent/core';
import { leavesOf } from '@descent/core/backend';

/** More different labels than this are taken for numbers, not for classes. */
const MOST_CLASSES = 10_000;

/** The one array of targets that can hold a class index for each item; undefined where there is none, or more than one. */
export function classLabels(y: NDArrays): NDArray<'int32' | 'uint8'> | undefined {
  const [labels, ...more] = leavesOf(y).flatMap(([, array]) => (areLabels(array) ? [array] : []));
  return more.length > 0 ? undefined : labels;
}

function areLabels(array: NDArray): array is NDArray<'int32' | 'uint8'> {
  return (array.dtype === 'int32' || array.dtype === 'uint8') && array.shape.length === 1;
}

/** Names of the classes of targets that say none: the numbers from 0 to the largest label. Negative labels are those that a loss leaves out. */
export function foundClasses(y: NDArrays): readonly string[] {
  let largest = -1;
  for (const label of classLabels(y)?.data ?? []) largest = Math.max(largest, label);
  return largest < MOST_CLASSES ? Array.from({ length: largest + 1 }, (_, i) => String(i)) : [];
}
