import { expectOptions, type SampleType } from '@descent/core';
import { gather } from '../arrays.ts';
import type { ArrayDataset, TargetType } from '../dataset.ts';
import type { LazyDataset, RowType } from '../lazy/lazy-dataset.ts';
import type { AsyncLoader, Batch, EpochOptions, Loader } from './batch.ts';
import { type BatchStream, batchStream } from './batch-stream.ts';
import { madeType } from './make-batch.ts';
import { type LoaderOptions, type Settings, settingsOf } from './options.ts';
import { checkEpoch, checkFrom, epochOrder, type Order } from './order.ts';
import { type AnyDataset, expectSamples, isLazy, samplesOf } from './samples.ts';

/** Options without transforms: batches are rows of the dataset as they are. */
export type PlainLoaderOptions = LoaderOptions & { readonly transform?: never; readonly batchTransform?: never };

/**
 * Batches of a dataset: `for (const { x, y } of loader(data, { batchSize: 64, shuffle: true })) …`. With transforms, or of a lazy dataset, they come by
 * `for await … of` only. They depend on the dataset, the options and the epoch alone, not on `workers` or `prefetch`.
 * @throws ValueError when an option is unknown or out of range, ShapeError when a transform does not fit. Iterations throw the errors of items, with the
 * item in front; a DescentError with the items of the batch when a worker dies; the reason of the signal.
 */
export function loader<Y extends TargetType>(dataset: ArrayDataset<Y>, options: PlainLoaderOptions): Loader<Y>;
export function loader<Y extends TargetType>(
  dataset: ArrayDataset<Y> | LazyDataset<Y>,
  options: LoaderOptions & { readonly batchTransform?: never },
): AsyncLoader<Y>;
export function loader(dataset: AnyDataset, options: LoaderOptions): AsyncLoader<TargetType>;
export function loader(dataset: AnyDataset, options: LoaderOptions): AsyncLoader<TargetType> {
  expectSamples(dataset);
  const settings = settingsOf(options, dataset.length);
  const order = epochOrder(dataset.length, settings);
  const stream = batchStream(dataset, settings, order);
  const isPlain = settings.transforms.length === 0 && settings.batchTransforms.length === 0;
  if (isPlain && !isLazy(dataset)) return plainLoader(dataset, settings, order, stream);
  let next = 0;
  return {
    ...described(dataset, settings, order, stream),
    // Batch transforms may make other targets of them.
    ...(settings.batchTransforms.length === 0 && !isLazy(dataset) && { targets: dataset.y }),
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
function plainLoader(
  dataset: ArrayDataset<TargetType>,
  settings: Settings,
  order: Order,
  stream: BatchStream,
): Loader<TargetType> {
  function* rows(epoch: number, from: number): Generator<Batch<TargetType>, void> {
    const items = order.items(epoch);
    for (let index = from; index < order.batches; index++) {
      settings.signal?.throwIfAborted();
      const [start, end] = order.range(index);
      yield { x: gather(dataset.x, items, start, end), y: gather(dataset.y, items, start, end), index, epoch };
    }
  }
  async function* rowsLater(epoch: number, from: number): AsyncGenerator<Batch<TargetType>, void> {
    yield* rows(epoch, from);
  }
  let next = 0;
  return {
    dataset,
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
): Pick<AsyncLoader<TargetType>, 'source' | 'batchSize' | 'length' | 'sample' | 'indices' | 'close'> {
  return {
    source: dataset,
    batchSize: settings.batchSize,
    length: order.batches,
    sample: modelInput(madeType(settings, samplesOf(dataset).type)),
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
