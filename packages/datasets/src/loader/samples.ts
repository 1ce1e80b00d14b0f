import { type NDArray, type NDArrays, numel, type Tree, ValueError } from '@descent/core';
import { isLeaf, leavesOf, mapTree } from '@descent/core/backend';
import { classLabels } from '../class-labels.ts';
import type { DatasetOf, PlainDataset } from '../dataset.ts';
import { datasetOf, lazyProblem } from '../dataset-check.ts';
import type { LazyDatasetOf, RowType, SampleOf } from '../lazy/lazy-dataset.ts';
import type { Annotations } from '../transforms/annotations.ts';

/** What batches are made from, be it in memory or lazy. */
export interface Samples {
  readonly name: string;
  readonly length: number;
  readonly type: Tree<RowType>;
  readonly target: Tree<RowType>;
  /** What targets say about places in the pictures. */
  readonly annotations: Annotations | undefined;
  /** Whether `get` has them at once. */
  readonly inMemory: boolean;
  /** Item `index`. */
  get(index: number, signal?: AbortSignal): SampleOf | Promise<SampleOf>;
  /** What errors call an item: `item 12 of photos (photos/cat/12.jpg, class cat)`. */
  nameOf(index: number): string;
}

export type AnyDataset = DatasetOf | LazyDatasetOf;

export function isLazy(dataset: AnyDataset): dataset is LazyDatasetOf {
  return 'get' in dataset;
}

/** The dataset that `given` describes. Throws a `ValueError` or `ShapeError` for what batches cannot be made from. */
export function expectSamples(given: PlainDataset | LazyDatasetOf): AnyDataset {
  if (typeof given !== 'object' || given === null || !('get' in given)) return datasetOf('loader', given);
  const problem = lazyProblem(given);
  if (problem === undefined) return given;
  throw new ValueError('loader: the lazy dataset is not complete', {
    received: problem,
    expected: '{ name, length, classes, sample: { dtype, shape }, target, get(index) }',
  });
}

export function samplesOf(dataset: AnyDataset): Samples {
  const { name, length, annotations } = dataset;
  const nameWith = (index: number, more: string | undefined): string =>
    `item ${index} of ${name}${more === undefined || more === '' ? '' : ` (${more})`}`;
  if (isLazy(dataset)) {
    return {
      name,
      length,
      annotations,
      type: dataset.sample,
      target:
        typeof dataset.target === 'string'
          ? { dtype: dataset.target, shape: dataset.targetShape ?? [] }
          : dataset.target,
      inMemory: false,
      get: (index, signal) => dataset.get(index, signal),
      nameOf: (index) => nameWith(index, dataset.describe?.(index)),
    };
  }
  const { x, y, classes } = dataset;
  const labels = classLabels(y);
  const type = mapTree(x, rowType);
  const target = mapTree(y, rowType);
  const [itemAt, targetAt] = [rowsOf<NDArray>(x, rowReader), rowsOf(y, targetReader)];
  return {
    name,
    length,
    annotations,
    type,
    target,
    inMemory: true,
    get: (index) => ({ x: itemAt(index), y: targetAt(index) }),
    nameOf(index) {
      const label = labels === undefined ? undefined : classes[labels.data[index] as number];
      return nameWith(index, label === undefined ? undefined : `class ${label}`);
    },
  };
}

function rowType({ dtype, shape }: NDArray): RowType {
  return { dtype, shape: shape.slice(1) };
}

type RowReader<R> = (index: number) => R;

/** Gives row `index` of one array, or of each of several. */
function rowsOf<R>(arrays: NDArrays, reader: (array: NDArray) => RowReader<R>): RowReader<Tree<R>> {
  if (isLeaf(arrays)) return reader(arrays);
  const readers = leavesOf(arrays).map(([name, array]) => [name, reader(array)] as const);
  return (index) => Object.fromEntries(readers.map(([name, read]) => [name, read(index)]));
}

/** Gives rows of an array; no copies. */
function rowReader(array: NDArray): RowReader<NDArray> {
  const { dtype, shape } = rowType(array);
  const size = numel(shape);
  return (index) => ({ dtype, shape, data: array.data.subarray(index * size, (index + 1) * size) });
}

/** Gives targets: numbers where there is one for each item. */
function targetReader(array: NDArray): RowReader<number | NDArray> {
  return array.shape.length === 1 ? (index) => array.data[index] as number : rowReader(array);
}
