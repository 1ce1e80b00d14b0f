import { expectOptions, ValueError } from '@descent/core';
import { fold, key, permutation } from '@descent/core/random';
import { expectList } from '../arguments.ts';
import { checkSeed, checkSwitch, type Sampler } from './sampler.ts';

export interface LengthSamplerOptions {
  /** Items a batch, as the loader has it. */
  readonly batchSize: number;
  /** A new order each epoch. Default true; false: from the shortest to the longest. */
  readonly shuffle?: boolean;
  /** Batches among which items are sorted by length: more of them waste less padding, fewer mix better. Default 100. */
  readonly pool?: number;
  /** The order of an epoch depends on this and the epoch's number alone. Default 0. */
  readonly seed?: number;
}

/**
 * Every item once, with items of similar lengths in one batch, so that little of it is padding: of a shuffled order, `pool` batches at a time are sorted
 * by length and cut into batches, and all batches are shuffled. The batch that is not full comes last. Give it the `lengths` of a `sequenceDataset`, in a loader
 * with the same `batchSize`.
 * @throws ValueError when a length is no whole number from 0 on, or an option is unknown or wrong.
 */
export function lengthSampler(lengths: ArrayLike<number>, options: LengthSamplerOptions): Sampler {
  expectList('lengthSampler', lengths, 'a list of lengths, such as data.x.lengths.data');
  expectOptions('lengthSampler', options, ['batchSize', 'shuffle', 'pool', 'seed']);
  const { batchSize, shuffle = true, pool = 100, seed = 0 } = options;
  for (const [option, value] of Object.entries({ batchSize, pool })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new ValueError(
      `lengthSampler: ${option} is ${option === 'pool' ? 'a number of batches' : 'the number of items a batch'}`,
      {
        received: String(value),
        expected: 'a positive integer',
      },
    );
  }
  checkSwitch('lengthSampler', 'shuffle', shuffle);
  checkSeed('lengthSampler', seed);
  const all = Float64Array.from(lengths);
  const wrong = all.findIndex((length) => !Number.isSafeInteger(length) || length < 0);
  if (wrong >= 0)
    throw new ValueError('lengthSampler: this is no length', {
      received: `${String(lengths[wrong])} at position ${wrong}`,
      expected: 'whole numbers from 0',
    });
  const { length } = all;
  const sort = (items: Uint32Array): Uint32Array =>
    // Equal lengths stay in the order that they come in: sorting is stable.
    items.sort((a, b) => (all[a] as number) - (all[b] as number));
  const stream = fold(key(seed), 'length');
  return {
    length,
    indices(epoch) {
      if (!shuffle) return sort(Uint32Array.from({ length }, (_, i) => i));
      const own = fold(stream, epoch);
      const items = permutation(fold(own, 'items'), length);
      for (let start = 0; start < length; start += pool * batchSize)
        sort(items.subarray(start, start + pool * batchSize));
      const full = Math.floor(length / batchSize);
      const order = new Uint32Array(length);
      for (const [to, from] of permutation(fold(own, 'batches'), full).entries())
        order.set(items.subarray(from * batchSize, (from + 1) * batchSize), to * batchSize);
      order.set(items.subarray(full * batchSize), full * batchSize);
      return order;
    },
  };
}
