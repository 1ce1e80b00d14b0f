import type { KnownTargets, NDArray, NDArrays, SampleType, Tree } from '@descent/core';
import type { DatasetOf, TargetType } from '../dataset.ts';
import type { LazyDatasetOf } from '../lazy/lazy-dataset.ts';

/** Some items of a dataset, in buffers of their own: one array of inputs and one of targets, or several by name. */
export interface BatchOf<X extends NDArrays = NDArrays, Y extends NDArrays = NDArrays> {
  /** `[batch, ...item]` */
  readonly x: X;
  /** `[batch]`, or `[batch, ...target]`; what a batch transform made of it, such as `[batch, classes]`. */
  readonly y: Y;
  /** Number of this batch in its epoch, from 0. */
  readonly index: number;
  readonly epoch: number;
}

/** A batch of one array of inputs and one of targets. */
export type Batch<Y extends TargetType = 'int32'> = BatchOf<NDArray, NDArray<Y>>;

export interface EpochOptions {
  /** The batch to begin with, from 0; those before are not made. Default 0. */
  readonly from?: number;
}

/** The batches of one epoch, for `for await … of`. */
export interface AsyncEpochOf<X extends NDArrays = NDArrays, Y extends NDArrays = NDArrays>
  extends AsyncIterable<BatchOf<X, Y>> {
  /** Batches of the whole epoch. */
  readonly length: number;
  /** The batch it begins with. */
  readonly from: number;
}

/** The batches of one epoch, for `for … of` too. */
export interface EpochOf<X extends NDArrays = NDArrays, Y extends NDArrays = NDArrays>
  extends AsyncEpochOf<X, Y>,
    Iterable<BatchOf<X, Y>> {}

/** An epoch of batches of one array of inputs and one of targets. */
export type AsyncEpoch<Y extends TargetType = 'int32'> = AsyncEpochOf<NDArray, NDArray<Y>>;

/** Likewise, for `for … of` too. */
export type Epoch<Y extends TargetType = 'int32'> = EpochOf<NDArray, NDArray<Y>>;

/** An item that could not be read and was left out, with `onError: 'skip'`. */
export interface SkippedSample {
  /** In the dataset. */
  readonly index: number;
  /** Such as `item 12 (cats/12.jpg, class cats)`. */
  readonly name: string;
  readonly reason: string;
}

export interface Skipped {
  /** Different items that were left out of batches so far. */
  readonly count: number;
  /** The first twenty of them. */
  readonly samples: readonly SkippedSample[];
}

/** The batches of a dataset that come by `for await … of`: each full iteration is the next epoch, from 0. */
export interface AsyncLoaderOf<X extends NDArrays = NDArrays, Y extends NDArrays = NDArrays>
  extends AsyncIterable<BatchOf<X, Y>> {
  /** What the batches are made of. */
  readonly source: DatasetOf | LazyDatasetOf;
  readonly batchSize: number;
  /** Batches an epoch. */
  readonly length: number;
  /** What a model is built for, one item of a batch: after the transforms, before the batch transforms. For float64 it is the float32 that training takes. */
  readonly sample: SampleTypes<X>;
  /** All targets and the type of a sample, where batches have the targets as they are: `fit` looks at them before it trains. */
  readonly targets?: KnownTargets | undefined;
  /** What `onError: 'skip'` left out so far. */
  readonly skipped: Skipped;
  /** The batches of a given epoch, to resume; `for await (const batch of loader)` then goes on counting where it was. */
  epoch(epoch: number, options?: EpochOptions): AsyncEpochOf<X, Y>;
  /** The items of an epoch in the order they come, `[length * batchSize]` or shorter when the last batch is. */
  indices(epoch: number): Uint32Array;
  /** Ends the worker threads now. They end by themselves when an iteration does not, else when they were idle for ten seconds, and with the process. */
  close(): Promise<void>;
}

/** The batches of a dataset in memory as it is. */
export interface LoaderOf<X extends NDArrays = NDArrays, Y extends NDArrays = NDArrays>
  extends AsyncLoaderOf<X, Y>,
    Iterable<BatchOf<X, Y>> {
  readonly dataset: DatasetOf<X, Y>;
  /** Whether `fit` may keep `dataset` on the device. */
  readonly resident: boolean;
  /** They are in `dataset`. */
  readonly targets?: undefined;
  epoch(epoch: number, options?: EpochOptions): EpochOf<X, Y>;
}

/** A loader of batches of one array of inputs and one of targets. */
export type AsyncLoader<Y extends TargetType = 'int32'> = AsyncLoaderOf<NDArray, NDArray<Y>>;

/** Likewise, of a dataset in memory as it is. */
export type Loader<Y extends TargetType = 'int32'> = LoaderOf<NDArray, NDArray<Y>>;

/** The type of one item, or of each of its arrays by name. */
export type SampleTypes<X extends NDArrays> = [X] extends [NDArray]
  ? Required<SampleType>
  : NDArrays extends X
    ? Tree<Required<SampleType>>
    : { readonly [K in keyof X]: Required<SampleType> };
