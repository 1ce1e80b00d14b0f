import { expectOptions, type NDArray, type NDArrays, type SampleType } from '@descent/core';
import { mapTree } from '@descent/core/backend';
import { gatherAll } from '../arrays.ts';
import type { ArrayDataset, DatasetOf, PlainDataset, TargetType } from '../dataset.ts';
import type { BatchedTargets, ItemTargets, LazyDataset, LazyDatasetOf, RowType } from '../lazy/lazy-dataset.ts';
import { expectMixable } from '../transforms/apply-batch.ts';
import { transformedParts } from '../transforms/part-transforms.ts';
import type { AsyncLoader, AsyncLoaderOf, BatchOf, EpochOptions, LoaderOf } from './batch.ts';
import { type BatchStream, batchStream } from './batch-stream.ts';
import { type LoaderOptions, type Settings, settingsOf } from './options.ts';
import { checkEpoch, checkFrom, epochOrder, type Order } from './order.ts';
import { type AnyDataset, expectSamples, isLazy, samplesOf } from './samples.ts';

/** Options without transforms: batches are rows of the dataset as they are. */
export type PlainLoaderOptions = LoaderOptions & { readonly transform?: never; readonly batchTransform?: never };

/** Arrays of the same names, whose element types and shapes transforms may have changed. */
export type Changed<X extends NDArrays> = [X] extends [NDArray]
  ? NDArray
  : NDArrays extends X
    ? NDArrays
    : { readonly [K in keyof X]: NDArray };

/**
 * Batches of a dataset: `for (const { x, y } of loader(data, { batchSize: 64, shuffle: true })) …`. With transforms, or of a lazy dataset, they come by
 * `for await … of` only. `{ x, y }` is enough of a dataset; each is one array, or several by name. They depend on the dataset, the options and the epoch alone, not on `workers` or `prefetch`.
 * @throws ValueError when an option is unknown or out of range, ShapeError when a transform does not fit. Iterations throw the errors of items, with the
 * item in front; a DescentError with the items of the batch when a worker dies; the reason of the signal.
 */
export function loader<X extends NDArrays, Y extends NDArrays>(
  dataset: PlainDataset<X, Y>,
  options: PlainLoaderOptions,
): LoaderOf<X, Y>;
export function loader<Y extends TargetType>(
  dataset: ArrayDataset<Y> | LazyDataset<Y>,
  options: LoaderOptions & { readonly batchTransform?: never },
): AsyncLoader<Y>;
export function loader<X extends NDArrays, Y extends NDArrays>(
  dataset: PlainDataset<X, Y>,
  options: LoaderOptions & { readonly batchTransform?: never },
): AsyncLoaderOf<Changed<X>, Y>;
export function loader<X extends NDArrays, T extends ItemTargets>(
  dataset: LazyDatasetOf<X, T>,
  options: LoaderOptions & { readonly batchTransform?: never },
): AsyncLoaderOf<Changed<X>, BatchedTargets<T>>;
export function loader(
  dataset: PlainDataset<NDArray, NDArray> | LazyDataset<TargetType>,
  options: LoaderOptions,
): AsyncLoader<TargetType>;
export function loader<X extends NDArrays>(
  dataset: PlainDataset<X> | LazyDatasetOf<X>,
  options: LoaderOptions,
): AsyncLoaderOf<Changed<X>>;
export function loader(given: PlainDataset | LazyDatasetOf, options: LoaderOptions): unknown {
  return anyLoader(given, options);
}

function anyLoader(given: PlainDataset | LazyDatasetOf, options: LoaderOptions): AsyncLoaderOf {
  const dataset = expectSamples(given);
  const samples = samplesOf(dataset);
  const settings = settingsOf(options, samples);
  expectMixable(settings.batchTransforms, samples.type, samples.target);
  const order = epochOrder(dataset.length, settings);
  const stream = batchStream(dataset, settings, order);
  const isPlain = settings.transforms.size === 0 && settings.batchTransforms.length === 0;
  if (isPlain && !isLazy(dataset)) return plainLoader(dataset, settings, order, stream);
  let next = 0;
  const about = described(dataset, settings, order, stream);
  // Batch transforms may make other targets of them, and those that follow pictures are others in every epoch.
  const hasTargets = settings.batchTransforms.length === 0 && settings.following === undefined && !isLazy(dataset);
  return {
    ...about,
    ...(hasTargets && { targets: { y: dataset.y, sample: about.sample } }),
    get skipped() {
      return stream.skipped();
    },
    epoch(epoch, options = {}) {
      const { from = 0 } = epochOptions(options);
      checkStart(epoch, from, order);
      return { length: order.batches, from, [Symbol.asyncIterator]: () => stream.batches(epoch, from) };
    },
    [Symbol.asyncIterator]: () => stream.batches(next++, 0),
  };
}

/** Rows of a dataset in memory, at once: workers would have nothing to do. Says its `dataset`, so that `fit` can keep it on the device. */
function plainLoader(dataset: DatasetOf, settings: Settings, order: Order, stream: BatchStream): LoaderOf {
  function* rows(epoch: number, from: number): Generator<BatchOf, void> {
    const items = order.items(epoch);
    for (let index = from; index < order.batches; index++) {
      settings.signal?.throwIfAborted();
      const [start, end] = order.range(index);
      yield { x: gatherAll(dataset.x, items, start, end), y: gatherAll(dataset.y, items, start, end), index, epoch };
    }
  }
  async function* rowsLater(epoch: number, from: number): AsyncGenerator<BatchOf, void> {
    yield* rows(epoch, from);
  }
  let next = 0;
  return {
    dataset,
    resident: settings.resident,
    ...described(dataset, settings, order, stream),
    get skipped() {
      return stream.skipped();
    },
    epoch(epoch, options = {}) {
      const { from = 0 } = epochOptions(options);
      checkStart(epoch, from, order);
      return {
        length: order.batches,
        from,
        [Symbol.iterator]: () => rows(epoch, from),
        [Symbol.asyncIterator]: () => rowsLater(epoch, from),
      };
    },
    [Symbol.iterator]: () => rows(next++, 0),
    [Symbol.asyncIterator]: () => rowsLater(next++, 0),
  };
}

function described(
  dataset: AnyDataset,
  settings: Settings,
  order: Order,
  stream: BatchStream,
): Pick<AsyncLoaderOf, 'source' | 'batchSize' | 'length' | 'sample' | 'indices' | 'close'> {
  return {
    source: dataset,
    batchSize: settings.batchSize,
    length: order.batches,
    sample: mapTree(transformedParts(settings.transforms, samplesOf(dataset).type), modelInput),
    indices: order.items,
    close: stream.close,
  };
}

/** Training makes float32 of float64. */
function modelInput({ dtype, shape }: RowType): Required<SampleType> {
  return { dtype: dtype === 'float64' ? 'float32' : dtype, shape };
}

function epochOptions(options: EpochOptions): EpochOptions {
  expectOptions('loader.epoch', options, ['from']);
  return options;
}

function checkStart(epoch: number, from: number, order: Order): void {
  checkEpoch(epoch);
  checkFrom(from, order.batches);
}
