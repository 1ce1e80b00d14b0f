import { type HostDType, type ImagePreprocessing, type NDArray, type NDArrays, ValueError } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import { expectList } from './arguments.ts';
import { gatherAll } from './arrays.ts';
import { classLabels } from './class-labels.ts';
import { datasetOf, formatArrays } from './dataset-check.ts';
import type { Annotations } from './transforms/annotations.ts';

/**
 * A labelled dataset held in memory: item `i` is row `i` of each array of `x` and `y`, which are one array or several by name. A plain value.
 */
export interface DatasetOf<X extends NDArrays = NDArrays, Y extends NDArrays = NDArrays> {
  readonly name: string;
  readonly length: number;
  /** The name of class `c` is `classes[c]`; none when `y` holds numbers to predict. Of several targets they belong to the one that holds class indices. */
  readonly classes: readonly string[];
  /** Inputs, `[length, ...item]`, such as pixels `[60000, 1, 28, 28]` or tokens `[5000, 128]`. */
  readonly x: X;
  /** Class indices `[length]`, or targets of any rank, `[length, ...target]`. */
  readonly y: Y;
  /** The names of the columns of a table. */
  readonly features?: readonly string[];
  /** How a picture file becomes an item, where items are pictures and that is known. */
  readonly pictures?: ImagePreprocessing;
  /** What targets say about places in the pictures, so that transforms which move pixels move them along. */
  readonly annotations?: Annotations;
  /** The licence of the data, not of this package. */
  readonly licence: string;
  readonly source: string;
  readonly citation: string;
}

/**
 * A dataset of one array of inputs and one of targets. `Y` is `int32` for class indices (the default), `float32` for numbers to predict; any other
 * element type passes through the loader, too.
 */
export type ArrayDataset<Y extends TargetType = 'int32'> = DatasetOf<NDArray, NDArray<Y>>;

/** What makes a dataset: inputs and targets. Without a name it is called `data`; classes are found where `y` holds class indices. */
export type PlainDataset<X extends NDArrays = NDArrays, Y extends NDArrays = NDArrays> = Pick<
  DatasetOf<X, Y>,
  'x' | 'y'
> &
  Partial<DatasetOf<X, Y>>;

/** Element types of targets: `int32` for class indices, `float32` for numbers to predict, and whatever else a loss takes. */
export type TargetType = HostDType;

/**
 * The number of items of each class, `[classes]`.
 * @throws ValueError when the targets are not one class for each item, or a label names none.
 */
export function classCounts(dataset: PlainDataset): number[] {
  return byClass('classCounts', dataset).map(({ length }) => length);
}

/** The items of each class. */
export function byClass(what: string, dataset: PlainDataset): number[][] {
  const { name, length, y, classes } = datasetOf(what, dataset);
  const labels = classLabels(y);
  if (labels === undefined || classes.length === 0) {
    throw new ValueError(`${what}: ${name} has no classes`, {
      received: `targets ${formatArrays(y)}, ${classes.length} classes`,
      expected: `${isLeaf(y) ? 'one class index' : 'one target, and no other, with a class index'} for each item, int32 [${length}], and the names of the classes`,
    });
  }
  const groups: number[][] = classes.map(() => []);
  labels.data.forEach((label, i) => {
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
export function subset<X extends NDArrays, Y extends NDArrays>(
  dataset: PlainDataset<X, Y>,
  indices: ArrayLike<number>,
): DatasetOf<X, Y> {
  const data = datasetOf('subset', dataset);
  expectList('subset', indices, 'a list of the numbers of items');
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (!Number.isInteger(index) || index < 0 || index >= data.length) {
      throw new ValueError(`subset of ${data.name}: there is no such item`, {
        received: `index ${index} at position ${i}`,
        expected: `integers from 0 to ${data.length - 1}`,
      });
    }
  }
  return { ...data, length: indices.length, x: gatherAll(data.x, indices), y: gatherAll(data.y, indices) };
}
