import type { NDArray } from '../ir/ndarray.ts';

/** The row of the batch or data set that element `at` belongs to. */
export function rowOf({ data, shape }: NDArray, at: number): number {
  return Math.floor(at / Math.max(1, data.length / (shape[0] ?? 1)));
}
