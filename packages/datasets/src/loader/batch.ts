import type { NDArray, SampleType } from '@descent/core';
import type { ArrayDataset, TargetType } from '../dataset.ts';
import type { LazyDataset } from '../lazy/lazy-dataset.ts';

/** Some items of a dataset, in buffers of their own. */
export interface Batch<Y extends TargetType = 'int32'> {
  /** `[batch, ...item]` */
  readonly x: NDArray;
  /** `[batch]`, or `[batch, ...target]`; what a batch transform made of it, such as `[batch, classes]`. */
  readonly y: NDArray<Y>;
  /** Number of this batch in its epoch, from 0. */
  readonly index: number;
  readonly epoch: number;
}

export interface EpochOptions {
  /** The batch to begin with, from 0; those before are not made. Default 0. */
  readonly from?: number;
}

/** The batches of one epoch, for `for await … of`. */
export interface AsyncEpoch<Y extends TargetType = 'int32'> extends AsyncIterable<Batch<Y>> {
  /** Batches of the whole epoch. */
  readonly length: number;
  /** The batch it begins with. */
  readonly from: number;
}

/** The batches of one epoch, for `for … of` too. */
export interface Epoch<Y extends TargetType = 'int32'> extends AsyncEpoch<Y>, Iterable<Batch<Y>> {}

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
export interface AsyncLoader<Y extends TargetType = 'int32'> extends AsyncIterable<Batch<Y>> {
  /** What the batches are made of. */
  readonly source: ArrayDataset<TargetType> | LazyDataset<TargetType>;
  readonly batchSize: number;
  /** Batches an epoch. */
  readonly length: number;
  /** What a model is built for, one item of a batch: after the transforms, before the batch transforms. For float64 it is the float32 that training takes. */
  readonly sample: Required<SampleType>;
  /** All targets, where batches have them as they are: `fit` looks at them before it trains. */
  readonly targets?: NDArray<TargetType>;
  /** What `onError: 'skip'` left out so far. */
  readonly skipped: Skipped;
  /** The batches of a given epoch, to resume; `for await (const batch of loader)` then goes on counting where it was. */
  epoch(epoch: number, options?: EpochOptions): AsyncEpoch<Y>;
  /** The items of an epoch in the order they come, `[length * batchSize]` or shorter when the last batch is. */
  indices(epoch: number): Uint32Array;
  /** Ends the worker threads now. They end by themselves when an iteration does not, else when they were idle for ten seconds, and with the process. */
  close(): Promise<void>;
}

/** The batches of a dataset in memory as it is. */
export interface Loader<Y extends TargetType = 'int32'> extends AsyncLoader<Y>, Iterable<Batch<Y>> {
  readonly dataset: ArrayDataset<Y>;
  epoch(epoch: number, options?: EpochOptions): Epoch<Y>;
}
