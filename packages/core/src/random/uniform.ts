import { ValueError } from '../errors.ts';
import { bits } from './bits.ts';
import { expectOut } from './expect.ts';
import type { Key } from './key.ts';

/**
 * Fills `out` with uniform float32 draws from `[low, high)`, 24 random bits each; bounds are rounded to float32.
 * Throws a `ValueError` when the bounds are not finite or `low >= high`.
 */
export function uniform(key: Key, out: Float32Array, low: number = 0, high: number = 1): void {
  expectOut('uniform', out, 'Float32Array');
  const from = Math.fround(low);
  const to = Math.fround(high);
  if (!(from < to) || !Number.isFinite(from) || !Number.isFinite(to)) {
    throw new ValueError('uniform(key, out, low, high) has an empty or infinite range', {
      received: `low ${low}, high ${high}`,
      expected: 'finite float32 bounds with low < high',
    });
  }
  // The words are drawn in place: word i becomes float i.
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  bits(key, words);
  const scale = (to - from) * 2 ** -24;
  const largest = float32Below(to);
  for (let i = 0; i < words.length; i++) {
    out[i] = Math.min(from + ((words[i] as number) >>> 8) * scale, largest);
  }
}

/** The largest float32 smaller than a finite float32. */
function float32Below(value: number): number {
  if (value === 0) return -(2 ** -149);
  const float = new Float32Array([value]);
  const word = new Int32Array(float.buffer);
  word[0] = (word[0] as number) + (value > 0 ? -1 : 1);
  return float[0] as number;
}
