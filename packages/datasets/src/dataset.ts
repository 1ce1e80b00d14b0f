import { type NDArray, ValueError } from '@descent/core';

/** A labelled dataset held in memory: item `i` is row `i` of `x` and of `y`. A plain value. */
export interface ArrayDataset {
  readonly name: string;
  readonly length: number;
  /** The name of class `c` is `classes[c]`. */
  readonly classes: readonly string[];
  /** Inputs, `[length, ...item]`, such as `[60000, 1, 28, 28]`. */
  readonly x: NDArray<'uint8' | 'float32'>;
  /** Class indices, `[length]`. */
  readonly y: NDArray<'int32'>;
  /** The licence of the data, not of this package. */
  readonly licence: string;
  readonly source: string;
  readonly citation: string;
}

/** The number of items of each class, `[classes]`. */
export function classCounts(dataset: ArrayDataset): number[] {
  const counts = dataset.classes.map(() => 0);
  for (const label of dataset.y.data) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/**
 * The items at `indices`, in that order, as a dataset of its own (a copy).
 * @throws ValueError when an index is not an item of the dataset.
 */
export function subset(dataset: ArrayDataset, indices: ArrayLike<number>): ArrayDataset {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (!Number.isInteger(index) || index < 0 || index >= dataset.length) {
      throw new ValueError(`subset of ${dataset.name}: there is no such item`, {
        received: `index ${index} at position ${i}`,
        expected: `integers from 0 to ${dataset.length - 1}`,
      });
    }
  }
  return { ...dataset, length: indices.length, x: gather(dataset.x, indices), y: gather(dataset.y, indices) };
}

const ARRAYS = { uint8: Uint8Array, float32: Float32Array, int32: Int32Array } as const;

/** Rows `indices[from … to)` of an array as a new array; indices are trusted. */
export function gather<D extends 'uint8' | 'float32' | 'int32'>(
  array: NDArray<D>,
  indices: ArrayLike<number>,
  from: number = 0,
  to: number = indices.length,
): NDArray<D> {
  const count = to - from;
  const row = array.shape.slice(1).reduce((a, b) => a * b, 1);
  const shape = [count, ...array.shape.slice(1)];
  // Both have the element type of `array`; the compiler cannot see that, so both go by the name of one of them.
  const source = array.data as Uint8Array;
  const copy = new ARRAYS[array.dtype](count * row) as Uint8Array;
  if (row === 1) {
    for (let i = 0; i < count; i++) copy[i] = source[indices[from + i] as number] as number;
  } else {
    for (let i = 0; i < count; i++) {
      const start = (indices[from + i] as number) * row;
      copy.set(source.subarray(start, start + row), i * row);
    }
  }
  return { dtype: array.dtype, shape, data: copy as NDArray<D>['data'] };
}
