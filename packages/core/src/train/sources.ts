import type { NDArrays, Tree } from '../ir/tree.ts';
import type { SampleType } from '../model/forward.ts';
import type { AnyBatch, Batch } from './batch.ts';
import { refusals } from './on-demand.ts';

/** Batches of a data set by epoch, such as a `loader` of `@descent/datasets` makes. */
export type BatchSource = MemorySource | StreamSource;

interface EpochSource {
  /** Batches an epoch. */
  readonly length: number;
  readonly batchSize: number;
  /**
   * The batches of one epoch, counted from 0; the order may depend on it. A source that can leave out those before `from` does not make them,
   * and says so.
   */
  epoch(epoch: number, options?: { readonly from?: number }): EpochBatches;
}

/** Batches that are rows of arrays in memory as they are: these move to the device once, and only row numbers travel. */
export interface MemorySource extends EpochSource {
  readonly dataset: AnyBatch;
  /** The rows of an epoch, in order. */
  indices(epoch: number): Uint32Array;
  /** Whether `fit` may keep the arrays on the device. Default true; with false the batches of `epoch(n)` travel one by one. */
  readonly resident?: boolean | undefined;
  readonly targets?: undefined;
}

/** Batches that are made one by one. */
export interface StreamSource extends EpochSource {
  readonly dataset?: undefined;
  /** The samples of an epoch by number, where they are known: `fit` tries the size of the last batch before it trains. */
  indices?(epoch: number): Uint32Array;
  /** All targets that batches are made with, where they are known: `fit` looks at them before it trains. */
  readonly targets?: KnownTargets | undefined;
}

export interface KnownTargets {
  readonly y: NDArrays;
  /** What a sample of a batch is. */
  readonly sample: Tree<SampleType>;
}

/** The batches of an epoch, from number `from` on; from the first where there is none. */
export type EpochBatches = (Iterable<AnyBatch> | AsyncIterable<AnyBatch>) & { readonly from?: number };

/** The batches that `what` was given. Throws a `ValueError` for what cannot be gone through, and for things in it that are no batches. */
export async function* batchesOf(what: string, batches: unknown): AsyncGenerator<Batch> {
  if (!isIterable(batches)) throw (await refusals()).noBatches(what, batches);
  for await (const batch of batches as Iterable<Batch>) {
    if (typeof batch !== 'object' || batch === null || !('x' in batch) || !('y' in batch))
      throw (await refusals()).noBatch(what, batch);
    yield batch;
  }
}

function isIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}
