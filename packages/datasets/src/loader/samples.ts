import { type NDArray, numel, ValueError } from '@descent/core';
import type { ArrayDataset, TargetType } from '../dataset.ts';
import { expectDataset, lazyProblem } from '../dataset-check.ts';
import type { LazyDataset, RowType, Sample } from '../lazy/lazy-dataset.ts';

/** What batches are made from, be it in memory or lazy. */
export interface Samples {
  readonly name: string;
  readonly length: number;
  readonly type: RowType;
  readonly target: RowType;
  /** Whether `get` has them at once. */
  readonly inMemory: boolean;
  /** Item `index`. */
  get(index: number, signal?: AbortSignal): Sample | Promise<Sample>;
  /** What errors call an item: `item 12 of photos (photos/cat/12.jpg, class cat)`. */
  nameOf(index: number): string;
}

export type AnyDataset = ArrayDataset<TargetType> | LazyDataset<TargetType>;

export function isLazy<Y extends TargetType>(dataset: ArrayDataset<Y> | LazyDataset<Y>): dataset is LazyDataset<Y> {
  return 'get' in dataset;
}

/** Throws a `ValueError` or `ShapeError` for what batches cannot be made from. */
export function expectSamples(dataset: unknown): asserts dataset is AnyDataset {
  if (typeof dataset !== 'object' || dataset === null || !('get' in dataset)) return expectDataset('loader', dataset);
  const problem = lazyProblem(dataset);
  if (problem === undefined) return;
  throw new ValueError('loader: the lazy dataset is not complete', {
    received: problem,
    expected: '{ name, length, classes, sample: { dtype, shape }, target, get(index) }',
  });
}

export function samplesOf(dataset: AnyDataset): Samples {
  const { name, length } = dataset;
  const nameWith = (index: number, more: string | undefined): string =>
    `item ${index} of ${name}${more === undefined || more === '' ? '' : ` (${more})`}`;
  if (isLazy(dataset)) {
    return {
      name,
      length,
      type: dataset.sample,
      target: { dtype: dataset.target, shape: dataset.targetShape ?? [] },
      inMemory: false,
      get: (index, signal) => dataset.get(index, signal),
      nameOf: (index) => nameWith(index, dataset.describe?.(index)),
    };
  }
  const { x, y, classes } = dataset;
  const [type, target] = [rowType(x), rowType(y)];
  const isScalar = target.shape.length === 0;
  const className = (index: number): string | undefined =>
    isScalar && !y.dtype.startsWith('float') ? classes[y.data[index] as number] : undefined;
  return {
    name,
    length,
    type,
    target,
    inMemory: true,
    get: (index) => ({ x: rowAt(x, type, index), y: isScalar ? (y.data[index] as number) : rowAt(y, target, index) }),
    nameOf(index) {
      const label = className(index);
      return nameWith(index, label === undefined ? undefined : `class ${label}`);
    },
  };
}

function rowType({ dtype, shape }: NDArray): RowType {
  return { dtype, shape: shape.slice(1) };
}

/** Row `index` of an array; not a copy. */
function rowAt({ data }: NDArray, { dtype, shape }: RowType, index: number): NDArray {
  const size = numel(shape);
  return { dtype, shape, data: data.subarray(index * size, (index + 1) * size) };
}
