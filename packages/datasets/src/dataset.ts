import { type HostDType, type ImagePreprocessing, type NDArray, ValueError } from '@descent/core';
import { expectList } from './arguments.ts';
import { gather } from './arrays.ts';
import { expectDataset } from './dataset-check.ts';

/**
 * A labelled dataset held in memory: item `i` is row `i` of `x` and of `y`. A plain value.
 * `Y` is `int32` for class indices (the default), `float32` for numbers to predict; any other element type passes through the loader, too.
 */
export interface ArrayDataset<Y extends TargetType = 'int32'> {
  readonly name: string;
  readonly length: number;
  /** The name of class `c` is `classes[c]`; none when `y` holds numbers to predict. */
  readonly classes: readonly string[];
  /** Inputs, `[length, ...item]`, such as pixels `[60000, 1, 28, 28]` or tokens `[5000, 128]`. */
  readonly x: NDArray;
  /** Class indices `[length]`, or targets of any rank, `[length, ...target]`. */
  readonly y: NDArray<Y>;
  /** The names of the columns of a table. */
  readonly features?: readonly string[];
  /** How a picture file becomes an item, where items are pictures and that is known. */
  readonly pictures?: ImagePreprocessing;
  /** The licence of the data, not of this package. */
  readonly licence: string;
  readonly source: string;
  readonly citation: string;
}

/** Element types of targets: `int32` for class indices, `float32` for numbers to predict, and whatever else a loss takes. */
export type TargetType = HostDType;

/**
 * The number of items of each class, `[classes]`.
 * @throws ValueError when the targets are not one class for each item, or a label names none.
 */
export function classCounts(dataset: ArrayDataset<TargetType>): number[] {
  return byClass('classCounts', dataset).map(({ length }) => length);
}

/** The items of each class. */
export function byClass(what: string, dataset: ArrayDataset<TargetType>): number[][] {
  expectDataset(what, dataset);
  const { name, y, classes } = dataset;
  if ((y.dtype !== 'int32' && y.dtype !== 'uint8') || y.shape.length !== 1 || classes.length === 0) {
    throw new ValueError(`${what}: ${name} has no classes`, {
      received: `targets ${y.dtype} [${y.shape.join(', ')}], ${classes.length} classes`,
      expected: `one class index for each item, int32 [${dataset.length}], and the names of the classes`,
    });
  }
  const groups: number[][] = classes.map(() => []);
  y.data.forEach((label, i) => {
    const group = groups[label];
    if (group === undefined) {
      throw new ValueError(`${what}: ${name} has a label without a class`, {
        received: `label ${label} of item ${i}`,
        expected: `0 to ${groups.length - 1}`,
      });
    }
    group.push(i);
  });
  return groups;
}

/**
 * The items at `indices`, in that order, as a dataset of its own (a copy).
 * @throws ValueError when an index is not an item of the dataset.
 */
export function subset<Y extends TargetType>(dataset: ArrayDataset<Y>, indices: ArrayLike<number>): ArrayDataset<Y> {
  expectDataset('subset', dataset);
  expectList('subset', indices, 'a list of the numbers of items');
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
