import { type NDArray, ValueError } from '@descent/core';
import { fold, key, permutation } from '@descent/core/random';
import { type ArrayDataset, gather, type TargetType } from './dataset.ts';

export interface LoaderOptions {
  /** Items a batch. */
  readonly batchSize: number;
  /** A new order each epoch. Default false. */
  readonly shuffle?: boolean;
  /** The order of an epoch depends on this and the epoch's number alone. Default 0. */
  readonly seed?: number;
  /** Leave out the last batch when it is not full. Default false. */
  readonly dropLast?: boolean;
}

/** Some items of a dataset, in buffers of their own. */
export interface Batch<Y extends TargetType = 'int32'> {
  /** `[batch, ...item]` */
  readonly x: NDArray<'uint8' | 'float32'>;
  /** `[batch]` */
  readonly y: NDArray<Y>;
  /** Number of this batch in its epoch, from 0. */
  readonly index: number;
  readonly epoch: number;
}

/** The batches of one epoch, for `for … of` and `for await … of`. */
export interface Epoch<Y extends TargetType = 'int32'> extends Iterable<Batch<Y>>, AsyncIterable<Batch<Y>> {
  readonly length: number;
}

/** The batches of a dataset: each full iteration is the next epoch, from 0. */
export interface Loader<Y extends TargetType = 'int32'> extends Epoch<Y> {
  readonly dataset: ArrayDataset<Y>;
  readonly batchSize: number;
  /** Batches an epoch. */
  readonly length: number;
  /** The batches of a given epoch, to resume; `for (const batch of loader)` then goes on counting where it was. */
  epoch(epoch: number): Epoch<Y>;
  /** The items of an epoch in the order they come, `[length * batchSize]` or shorter when the last batch is. */
  indices(epoch: number): Uint32Array;
}

const OPTIONS: readonly string[] = ['batchSize', 'shuffle', 'seed', 'dropLast'];

/**
 * Batches of a dataset: `for (const { x, y } of loader(data, { batchSize: 64, shuffle: true })) …`.
 * @throws ValueError when an option is unknown or out of range.
 */
export function loader<Y extends TargetType>(dataset: ArrayDataset<Y>, options: LoaderOptions): Loader<Y> {
  const { batchSize, shuffle = false, seed = 0, dropLast = false } = checked(options);
  const length = dropLast ? Math.floor(dataset.length / batchSize) : Math.ceil(dataset.length / batchSize);
  const items = Math.min(length * batchSize, dataset.length);
  const stream = fold(key(seed), 'shuffle');

  const indices = (epoch: number): Uint32Array => {
    checkEpoch(epoch);
    if (shuffle) return permutation(fold(stream, epoch), dataset.length).subarray(0, items);
    return Uint32Array.from({ length: items }, (_, i) => i);
  };

  function* batches(epoch: number): Generator<Batch<Y>, void> {
    const order = indices(epoch);
    for (let index = 0; index < length; index++) {
      const from = index * batchSize;
      const to = Math.min(from + batchSize, items);
      yield { x: gather(dataset.x, order, from, to), y: gather(dataset.y, order, from, to), index, epoch };
    }
  }

  let next = 0;
  return {
    dataset,
    batchSize,
    length,
    indices,
    epoch(epoch) {
      checkEpoch(epoch);
      return { length, ...iterable(() => batches(epoch)) };
    },
    ...iterable(() => batches(next++)),
  };
}

/** Both ways to iterate over the same generator. */
function iterable<B>(start: () => Generator<B, void>): Iterable<B> & AsyncIterable<B> {
  return {
    [Symbol.iterator]: start,
    async *[Symbol.asyncIterator]() {
      yield* start();
    },
  };
}

function checked(options: LoaderOptions): LoaderOptions {
  const { batchSize, shuffle, seed, dropLast } = options;
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) {
    throw new ValueError(`loader has no option '${unknown}'`, { expected: OPTIONS.join(', ') });
  }
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ValueError('loader: batchSize is the number of items a batch', {
      received: show(batchSize),
      expected: 'a positive integer',
      fix: 'pass { batchSize: 64 }',
    });
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw new ValueError('loader: seed names the shuffle order', { received: show(seed), expected: 'a whole number' });
  }
  for (const [name, value] of Object.entries({ shuffle, dropLast })) {
    if (value !== undefined && typeof value !== 'boolean') {
      throw new ValueError(`loader: ${name} is a switch`, { received: show(value), expected: 'true or false' });
    }
  }
  return options;
}

function checkEpoch(epoch: number): void {
  if (Number.isSafeInteger(epoch) && epoch >= 0) return;
  throw new ValueError('loader: epochs are counted from 0', { received: show(epoch), expected: 'a whole number >= 0' });
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
