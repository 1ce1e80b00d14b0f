import { ValueError } from '@descent/core';
import { expectList } from '../arguments.ts';
import { type Settings, show } from './options.ts';

/** Which items the batches of an epoch have. */
export interface Order {
  /** Batches an epoch. */
  readonly batches: number;
  /** The items of an epoch in order. Throws a `ValueError` when a sampler gives others than it says, or than there are. */
  items(epoch: number): Uint32Array;
  /** Where batch `index` lies in them. */
  range(index: number): readonly [start: number, end: number];
}

/** The order of a dataset of `length` items. */
export function epochOrder(length: number, { sampler, batchSize, dropLast }: Settings): Order {
  const batches = dropLast ? Math.floor(sampler.length / batchSize) : Math.ceil(sampler.length / batchSize);
  const count = Math.min(batches * batchSize, sampler.length);
  return {
    batches,
    items(epoch) {
      checkEpoch(epoch);
      const items = numbersOf(sampler.indices(epoch));
      if (items.length !== sampler.length) {
        throw new ValueError('loader: the sampler gives another number of items than it says', {
          received: `${items.length} in epoch ${epoch}`,
          expected: `its length, ${sampler.length}`,
        });
      }
      const stray = items.findIndex((item) => item >= length);
      if (stray !== -1) {
        throw new ValueError('loader: the sampler gives an item that the dataset does not have', {
          received: `item ${items[stray]} at position ${stray} of epoch ${epoch}`,
          expected: `items from 0 to ${length - 1}`,
        });
      }
      return items.subarray(0, count);
    },
    range: (index) => [index * batchSize, Math.min((index + 1) * batchSize, count)],
  };
}

/** The items of a sampler, which may be a plain list too. */
function numbersOf(items: Uint32Array): Uint32Array {
  if (items instanceof Uint32Array) return items;
  expectList('loader: indices(epoch) of the sampler', items, 'a Uint32Array of the numbers of items');
  const list = Array.from(items as ArrayLike<unknown>);
  const wrong = list.findIndex(
    (item) => !(Number.isInteger(item) && (item as number) >= 0 && (item as number) < 2 ** 32),
  );
  if (wrong < 0) return Uint32Array.from(list as number[]);
  throw new ValueError('loader: the sampler gives what is no number of an item', {
    received: `${String(list[wrong])} at position ${wrong}`,
    expected: 'whole numbers from 0',
  });
}

export function checkEpoch(epoch: number): void {
  if (Number.isSafeInteger(epoch) && epoch >= 0) return;
  throw new ValueError('loader: epochs are counted from 0', { received: show(epoch), expected: 'a whole number >= 0' });
}

/** Throws unless an epoch of `batches` can begin with batch `from`, or after the last. */
export function checkFrom(from: number, batches: number): void {
  if (Number.isInteger(from) && from >= 0 && from <= batches) return;
  throw new ValueError('loader: from is the batch that an epoch begins with', {
    received: show(from),
    expected: `a whole number from 0 to ${batches}`,
  });
}
