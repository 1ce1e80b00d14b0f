import { type NDArray, ValueError } from '@descent/core';

/**
 * A labelled dataset held in memory: item `i` is row `i` of `x` and of `y`. A plain value.
 * `Y` is `int32` for class indices (the default), `float32` for numbers to predict.
 */
export interface ArrayDataset<Y extends TargetType = 'int32'> {
  readonly name: string;
  readonly length: number;
  /** The name of class `c` is `classes[c]`; none when `y` holds numbers to predict. */
  readonly classes: readonly string[];
  /** Inputs, `[length, ...item]`, such as `[60000, 1, 28, 28]`. */
  readonly x: NDArray<'uint8' | 'float32'>;
  /** Class indices or targets, `[length]`. */
  readonly y: NDArray<Y>;
  /** The names of the columns of a table. */
  readonly features?: readonly string[];
  /** The licence of the data, not of this package. */
  readonly licence: string;
  readonly source: string;
  readonly citation: string;
}

/** Element types of labels: class indices, or numbers to predict. */
export type TargetType = 'int32' | 'float32';

/**
 * The number of items of each class, `[classes]`.
 * @throws ValueError when the targets are numbers, not classes.
 */
export function classCounts(dataset: ArrayDataset<TargetType>): number[] {
  expectClasses('classCounts', dataset);
  const counts = dataset.classes.map(() => 0);
  for (const label of dataset.y.data) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

export function expectClasses(what: string, dataset: ArrayDataset<TargetType>): void {
  if (dataset.y.dtype === 'int32' && dataset.classes.length > 0) return;
  throw new ValueError(`${what}: ${dataset.name} has no classes`, {
    received: `targets of type ${dataset.y.dtype}, ${dataset.classes.length} classes`,
    expected: 'class indices of type int32, and the names of the classes',
  });
}

/**
 * The items at `indices`, in that order, as a dataset of its own (a copy).
 * @throws ValueError when an index is not an item of the dataset.
 */
export function subset<Y extends TargetType>(dataset: ArrayDataset<Y>, indices: ArrayLike<number>): ArrayDataset<Y> {
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

/** The typed array of each element type of a dataset. */
export const ARRAYS: {
  readonly uint8: Uint8ArrayConstructor;
  readonly float32: Float32ArrayConstructor;
  readonly int32: Int32ArrayConstructor;
} = { uint8: Uint8Array, float32: Float32Array, int32: Int32Array };

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
