import { ValueError } from '../errors.ts';
import { bits } from './bits.ts';
import { expectOut } from './expect.ts';
import type { Key } from './key.ts';
import { normalQuantile } from './normal-quantile.ts';

/**
 * Fills `out` with Gaussian float32 draws of the given mean (default 0) and standard deviation (default 1).
 *
 * One 32-bit word a draw, through the inverse normal distribution function in float64, so draws end at ±6.3 standard deviations.
 * Only IEEE arithmetic and `Math.sqrt` are used, no `Math.log` or `Math.cos`, whose last bits engines may choose:
 * the same key gives the same bits on every platform. Throws a `ValueError` when `mean` is not finite or `std` is negative or not finite.
 */
export function normal(key: Key, out: Float32Array, mean: number = 0, std: number = 1): void {
  expectOut('normal', out, 'Float32Array');
  if (!Number.isFinite(mean) || !Number.isFinite(std) || std < 0) {
    throw new ValueError('normal(key, out, mean, std) is not a Gaussian', {
      received: `mean ${mean}, std ${std}`,
      expected: 'a finite mean and a finite std >= 0',
    });
  }
  // The words are drawn in place: word i becomes float i.
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  bits(key, words);
  for (let i = 0; i < words.length; i++) {
    out[i] = mean + std * normalQuantile(((words[i] as number) + 0.5) * 2 ** -32);
  }
}
