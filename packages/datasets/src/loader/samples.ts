import type { ArrayDataset, TargetType } from '../dataset.ts';
import type { LazyDataset, Sample } from '../lazy/lazy-dataset.ts';
import type { ItemType } from '../transforms/kernel.ts';

/** What batches are made from, be it in memory or lazy. */
export interface Samples {
  readonly name: string;
  readonly length: number;
  readonly type: ItemType;
  readonly target: TargetType;
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

export function samplesOf(dataset: AnyDataset): Samples {
  const { name, length } = dataset;
  const nameWith = (index: number, more: string | undefined): string =>
    `item ${index} of ${name}${more === undefined || more === '' ? '' : ` (${more})`}`;
  if (isLazy(dataset)) {
    return {
      name,
      length,
      type: dataset.sample,
      target: dataset.target,
      inMemory: false,
      get: (index, signal) => dataset.get(index, signal),
      nameOf: (index) => nameWith(index, dataset.describe?.(index)),
    };
  }
  const { x, y, classes } = dataset;
  const shape = x.shape.slice(1);
  const size = shape.reduce((a, b) => a * b, 1);
  const { dtype } = x;
  return {
    name,
    length,
    type: { dtype, shape },
    target: y.dtype,
    inMemory: true,
    get: (index) => ({
      x: { dtype, shape, data: x.data.subarray(index * size, (index + 1) * size) },
      y: y.data[index] as number,
    }),
    nameOf(index) {
      const label = classes[y.data[index] as number];
      return nameWith(index, y.dtype === 'int32' && label !== undefined ? `class ${label}` : undefined);
    },
  };
}
