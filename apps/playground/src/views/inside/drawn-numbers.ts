import { key, randint } from '@descent/core/random';

/** Whole numbers from `least` to `most`, the same for the same seed. */
export function drawnNumbers(seed: number, count: number, least: number, most: number): Float32Array<ArrayBuffer> {
  const drawn = new Int32Array(count);
  randint(key(seed), drawn, least, most + 1);
  return Float32Array.from(drawn);
}
