import { ValueError } from '@descent/core';
import { expectArgument } from '../arguments.ts';

/** Which items of a dataset an epoch takes, and in which order. Write the object for an order of your own. */
export interface Sampler {
  /** Items an epoch, the same for all. */
  readonly length: number;
  /** The items of an epoch (counted from 0) in order, `[length]`; the same for every call. */
  indices(epoch: number): Uint32Array;
}

/** Throws a `ValueError` unless `sampler`, which `what` was given, has the form of one. */
export function expectSampler(what: string, sampler: unknown): asserts sampler is Sampler {
  const { length, indices } = (sampler ?? {}) as Partial<Sampler>;
  const isSampler = typeof indices === 'function' && Number.isInteger(length) && (length as number) >= 0;
  expectArgument(what, isSampler, sampler, '{ length, indices(epoch) }, such as randomSampler(100) gives');
}

/** Throws a `ValueError` unless `length` is a number of items. */
export function checkLength(sampler: string, length: number): void {
  if (Number.isInteger(length) && length >= 0 && length < 2 ** 32) return;
  throw new ValueError(`${sampler}: length is a number of items`, {
    received: String(length),
    expected: 'an integer from 0 to 2^32 - 1',
  });
}

export function checkSeed(sampler: string, seed: number): void {
  if (Number.isSafeInteger(seed)) return;
  throw new ValueError(`${sampler}: seed names the order`, { received: String(seed), expected: 'a whole number' });
}

export function checkSwitch(sampler: string, name: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  throw new ValueError(`${sampler}: ${name} is a switch`, { received: String(value), expected: 'true or false' });
}
