import { expectOut } from './expect.ts';
import type { Key } from './key.ts';
import { DRAW, fillBlocks } from './threefry.ts';

/** Fills `out` with random uint32 words; the first `n` words are the same for every longer fill. */
export function bits(key: Key, out: Uint32Array): void {
  expectOut('bits', out, 'Uint32Array');
  fillBlocks(key, 0, DRAW, out);
}

const CHUNK = 1024;

/** Reads the words of `bits(key, …)` one after another, by blocks of 1024, for draws that use an unknown number of them. */
export function wordReader(key: Key): () => number {
  const words = new Uint32Array(CHUNK);
  let next = CHUNK;
  let block = 0;
  return () => {
    if (next === CHUNK) {
      fillBlocks(key, block, DRAW, words);
      block += CHUNK / 2;
      next = 0;
    }
    return words[next++] as number;
  };
}
