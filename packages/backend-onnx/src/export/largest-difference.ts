import type { NDArray } from '@descent/core';
import { sameShape } from '@descent/core/backend';

/** The largest absolute difference. NaN where shapes differ, and where one of the two has a NaN that the other has not, so that it never passes for small. */
export function largestDifference(a: NDArray, b: NDArray): number {
  if (!sameShape(a.shape, b.shape)) return Number.NaN;
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [a.data[i] as number, b.data[i] as number];
    if (Object.is(x, y)) continue;
    const difference = Math.abs(x - y);
    // No later difference may take the place of NaN, with which all comparisons are false.
    if (Number.isNaN(difference)) return Number.NaN;
    largest = Math.max(largest, difference);
  }
  return largest;
}
