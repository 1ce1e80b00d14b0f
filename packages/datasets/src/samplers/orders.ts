import { expectOptions, ValueError } from '@descent/core';
import { fold, key, permutation } from '@descent/core/random';
import { expectList } from '../arguments.ts';
import { checkLength, checkSeed, checkSwitch, type Sampler } from './sampler.ts';

/** Items `0 … length - 1` in this order, every epoch. Throws a `ValueError` when `length` is not a number of items. */
export function sequentialSampler(length: number): Sampler {
  checkLength('sequentialSampler', length);
  return { length, indices: () => counting(length) };
}

export interface RandomSamplerOptions {
  /** The order of an epoch depends on this and the epoch's number alone. Default 0. */
  readonly seed?: number;
}

/**
 * Every item once, in a new order each epoch: the one of `loader(data, { shuffle: true, seed })`.
 * @throws ValueError when `length` is not a number of items or an option is unknown or wrong.
 */
export function randomSampler(length: number, options: RandomSamplerOptions = {}): Sampler {
  checkLength('randomSampler', length);
  expectOptions('randomSampler', options, ['seed']);
  const { seed = 0 } = options;
  checkSeed('randomSampler', seed);
  const stream = fold(key(seed), 'shuffle');
  return { length, indices: (epoch) => permutation(fold(stream, epoch), length) };
}

export interface SubsetSamplerOptions {
  /** A new order each epoch, as PyTorch's `SubsetRandomSampler`. Default false: as listed. */
  readonly shuffle?: boolean;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * The items at `indices` only, without a copy of the data.
 * @throws ValueError when an index is not a whole number or an option is unknown or wrong.
 */
export function subsetSampler(indices: ArrayLike<number>, options: SubsetSamplerOptions = {}): Sampler {
  expectList('subsetSampler', indices, 'a list of the numbers of items');
  expectOptions('subsetSampler', options, ['shuffle', 'seed']);
  const { shuffle = false, seed = 0 } = options;
  checkSwitch('subsetSampler', 'shuffle', shuffle);
  checkSeed('subsetSampler', seed);
  const length = indices.length;
  for (let i = 0; i < length; i++) {
    const index = indices[i] as number;
    if (Number.isInteger(index) && index >= 0 && index < 2 ** 32) continue;
    throw new ValueError('subsetSampler: this is no item', {
      received: `index ${index} at position ${i}`,
      expected: 'whole numbers from 0',
    });
  }
  const items = Uint32Array.from(indices);
  const stream = fold(key(seed), 'subset');
  return {
    length,
    indices: (epoch) =>
      shuffle ? permutation(fold(stream, epoch), length).map((i) => items[i] as number) : items.slice(),
  };
}

function counting(length: number): Uint32Array {
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  return order;
}
