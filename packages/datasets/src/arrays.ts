import { type DataOf, type HostDType, type NDArray, type NDArrays, numel, type Shape } from '@descent/core';
import { mapTree } from '@descent/core/backend';

/** The typed array of each element type. */
export const ARRAYS: {
  readonly bool: Uint8ArrayConstructor;
  readonly uint8: Uint8ArrayConstructor;
  readonly int32: Int32ArrayConstructor;
  readonly float32: Float32ArrayConstructor;
  readonly float64: Float64ArrayConstructor;
} = { bool: Uint8Array, uint8: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };

/** Zeros in memory of their own. */
export function emptyData<D extends HostDType>(dtype: D, size: number): DataOf<D> {
  return new ARRAYS[dtype](size) as DataOf<HostDType> as DataOf<D>;
}

/** Rows `indices[from … to)` of an array as a new array; indices are trusted. */
export function gather<D extends HostDType>(
  array: NDArray<D>,
  indices: ArrayLike<number>,
  from: number = 0,
  to: number = indices.length,
): NDArray<D> {
  const count = to - from;
  const rowShape: Shape = array.shape.slice(1);
  const row = numel(rowShape);
  const result = emptyData(array.dtype, count * row);
  // Both have the element type of `array`; the compiler cannot see that, so both go by the name of one of them.
  const source = array.data as Uint8Array;
  const copy = result as Uint8Array;
  if (row === 1) {
    for (let i = 0; i < count; i++) copy[i] = source[indices[from + i] as number] as number;
  } else {
    for (let i = 0; i < count; i++) {
      const start = (indices[from + i] as number) * row;
      copy.set(source.subarray(start, start + row), i * row);
    }
  }
  return { dtype: array.dtype, shape: [count, ...rowShape], data: result };
}

/** The same rows of one array, or of each of several. */
export function gatherAll<T extends NDArrays>(arrays: T, indices: ArrayLike<number>, from?: number, to?: number): T {
  return mapTree(arrays as NDArrays, (array) => gather(array, indices, from, to)) as NDArrays as T;
}
