import { ValueError } from '../errors.ts';
import { wordReader } from './bits.ts';
import { expectOut } from './expect.ts';
import type { Key } from './key.ts';

/**
 * Fills `out` with unbiased integers from `[low, high)`, by rejection.
 * Throws a `ValueError` unless `low < high` are int32 integers.
 */
export function randint(key: Key, out: Int32Array, low: number, high: number): void {
  expectOut('randint', out, 'Int32Array');
  if (!Number.isInteger(low) || !Number.isInteger(high) || low < -(2 ** 31) || high >= 2 ** 31 || low >= high) {
    throw new ValueError('randint(key, out, low, high) has no integers to draw from', {
      received: `low ${low}, high ${high}`,
      expected: 'int32 integers with low < high',
    });
  }
  const next = wordReader(key);
  const range = high - low;
  for (let i = 0; i < out.length; i++) out[i] = low + below(range, next);
}

/** A random permutation of `0 … n-1` (Fisher-Yates with unbiased draws). Throws a `ValueError` unless `n` is an integer from 0 to 2^32 - 1. */
export function permutation(key: Key, n: number): Uint32Array {
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 32) {
    throw new ValueError('permutation(key, n): n is a length', {
      received: String(n),
      expected: 'an integer from 0 to 2^32 - 1',
    });
  }
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  const next = wordReader(key);
  for (let i = n - 1; i > 0; i--) {
    const j = below(i + 1, next);
    const swapped = order[j] as number;
    order[j] = order[i] as number;
    order[i] = swapped;
  }
  return order;
}

/** An unbiased integer from `[0, range)`: words beyond the last whole multiple of `range` are drawn again. */
function below(range: number, next: () => number): number {
  let word = next();
  // The remainder is slow to compute, and only the last `range` words can be beyond that multiple.
  while (word >= 2 ** 32 - range && word >= 2 ** 32 - (2 ** 32 % range)) word = next();
  return word % range;
}
