import { bits, type Key } from '@descent/core/random';

/** `n` numbers between 0 and 1, never one of them, of 32 random bits each. */
export function draws(key: Key, n: number): number[] {
  // Whole pairs of blocks are what the generator makes without extra memory.
  const words = new Uint32Array(Math.ceil(n / 4) * 4);
  bits(key, words);
  const out: number[] = [];
  for (let i = 0; i < n; i++) out.push(((words[i] as number) + 0.5) * 2 ** -32);
  return out;
}

/** Draw `u` as an integer from `[0, n)`; for the sizes of images the bias (n / 2^32) is far below what could be seen. */
export function below(n: number, u: number): number {
  return Math.floor(u * n);
}

export function between([low, high]: readonly [number, number], u: number): number {
  return low + (high - low) * u;
}
