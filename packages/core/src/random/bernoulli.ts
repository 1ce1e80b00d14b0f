import { ValueError } from '../errors.ts';
import { expectOut } from './expect.ts';
import type { Key } from './key.ts';
import { DRAW, fillBlocks } from './threefry.ts';

/**
 * Fills `out` with 1 with probability `p` and 0 otherwise, by comparing 32 random bits with `p * 2^32`.
 * Throws a `ValueError` when `p` is outside `[0, 1]`.
 */
export function bernoulli(key: Key, out: Uint8Array, p: number): void {
  expectOut('bernoulli', out, 'Uint8Array');
  if (!(p >= 0 && p <= 1)) {
    throw new ValueError('bernoulli(key, out, p): p is a probability', {
      received: String(p),
      expected: 'a number from 0 to 1',
    });
  }
  const threshold = p * 2 ** 32;
  const words = new Uint32Array(Math.min(out.length, 1024));
  for (let start = 0; start < out.length; start += words.length) {
    fillBlocks(key, start / 2, DRAW, words);
    const n = Math.min(words.length, out.length - start);
    for (let i = 0; i < n; i++) out[start + i] = Number((words[i] as number) < threshold);
  }
}
