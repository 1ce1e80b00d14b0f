import { bits } from './bits.ts';
import type { Key } from './key.ts';
import { normalQuantile } from './normal-quantile.ts';

/** A Gaussian that is cut at `a` and `b`, and how much of it lies below each. */
export interface TruncatedGaussian {
  readonly mean: number;
  readonly std: number;
  readonly a: number;
  readonly b: number;
  readonly below: number;
  readonly upTo: number;
}

/** Fills `out` with draws of a Gaussian between two bounds: one 32-bit word a draw, through the inverse distribution function, as `normal`. */
export function truncatedNormal(
  key: Key,
  out: Float32Array,
  { mean, std, a, b, below, upTo }: TruncatedGaussian,
): void {
  const words = new Uint32Array(out.length);
  bits(key, words);
  for (const [i, word] of words.entries()) {
    const p = below + (upTo - below) * ((word + 0.5) * 2 ** -32);
    out[i] = Math.min(Math.max(mean + std * normalQuantile(p), a), b);
  }
}
