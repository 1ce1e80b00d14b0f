import { expectKey } from './expect.ts';
import type { Key } from './key.ts';

/**
 * The second counter word names the purpose of a block, so that draws, splits and folds of one key never share a block.
 * A fold adds 22 bits of its number below the tag; a label adds its position.
 */
export const DRAW = 0;
export const SPLIT = 0x2000_0000;
export const FOLD_NUMBER = 0x4000_0000;
export const FOLD_LABEL = 0x6000_0000;

/**
 * Threefry-2x32 with 20 rounds: one block of two uint32 words for the counter `(c0, c1)`.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011 (Random123).
 */
export function threefry2x32(key: Key, c0: number, c1: number): readonly [number, number] {
  const block = new Uint32Array(2);
  fillBlocks(key, c0, c1, block);
  return [block[0] as number, block[1] as number];
}

/**
 * Writes the blocks of counters `(first, c1)`, `(first + 1, c1)`, … to `out`; an odd length drops the last word.
 * This is the inner loop of every draw: nothing is allocated, and two blocks `(a, b)` and `(c, d)` are computed side by side,
 * since one alone is a single chain of dependent operations that leaves half of the processor idle.
 */
export function fillBlocks(key: Key, first: number, c1: number, out: Uint32Array): void {
  expectKey(key);
  const k0 = key[0] | 0;
  const k1 = key[1] | 0;
  const k2 = k0 ^ k1 ^ 0x1bd1_1bda;
  const second = (c1 + k1) | 0;
  const even = out.length - (out.length % 4);
  let counter = (first + k0) | 0;
  for (let i = 0; i < even; i += 4) {
    let a = counter;
    let b = second;
    let c = (counter + 1) | 0;
    let d = second;
    counter = (counter + 2) | 0;

    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    d = ((d << 13) | (d >>> 19)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    d = ((d << 15) | (d >>> 17)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    d = ((d << 26) | (d >>> 6)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    d = ((d << 6) | (d >>> 26)) ^ c;
    a = (a + k1) | 0;
    c = (c + k1) | 0;
    b = (b + k2 + 1) | 0;
    d = (d + k2 + 1) | 0;

    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 17) | (b >>> 15)) ^ a;
    d = ((d << 17) | (d >>> 15)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 29) | (b >>> 3)) ^ a;
    d = ((d << 29) | (d >>> 3)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 16) | (b >>> 16)) ^ a;
    d = ((d << 16) | (d >>> 16)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 24) | (b >>> 8)) ^ a;
    d = ((d << 24) | (d >>> 8)) ^ c;
    a = (a + k2) | 0;
    c = (c + k2) | 0;
    b = (b + k0 + 2) | 0;
    d = (d + k0 + 2) | 0;

    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    d = ((d << 13) | (d >>> 19)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    d = ((d << 15) | (d >>> 17)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    d = ((d << 26) | (d >>> 6)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    d = ((d << 6) | (d >>> 26)) ^ c;
    a = (a + k0) | 0;
    c = (c + k0) | 0;
    b = (b + k1 + 3) | 0;
    d = (d + k1 + 3) | 0;

    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 17) | (b >>> 15)) ^ a;
    d = ((d << 17) | (d >>> 15)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 29) | (b >>> 3)) ^ a;
    d = ((d << 29) | (d >>> 3)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 16) | (b >>> 16)) ^ a;
    d = ((d << 16) | (d >>> 16)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 24) | (b >>> 8)) ^ a;
    d = ((d << 24) | (d >>> 8)) ^ c;
    a = (a + k1) | 0;
    c = (c + k1) | 0;
    b = (b + k2 + 4) | 0;
    d = (d + k2 + 4) | 0;

    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    d = ((d << 13) | (d >>> 19)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    d = ((d << 15) | (d >>> 17)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    d = ((d << 26) | (d >>> 6)) ^ c;
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    d = ((d << 6) | (d >>> 26)) ^ c;

    out[i] = (a + k2) | 0;
    out[i + 1] = (b + k0 + 5) | 0;
    out[i + 2] = (c + k2) | 0;
    out[i + 3] = (d + k0 + 5) | 0;
  }
  if (even < out.length) {
    const rest = new Uint32Array(4);
    fillBlocks(key, first + even / 2, c1, rest);
    out.set(rest.subarray(0, out.length - even), even);
  }
}
