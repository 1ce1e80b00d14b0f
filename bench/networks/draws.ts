import { type NDArray, ndarray, numel, type Shape } from '@descent/core';
import { fold, key, normal, randint } from '@descent/core/random';

/** Made-up arrays, each unlike the one before; a seed gives the same ones everywhere. */
export interface Draws {
  /** Standard normal numbers. */
  normal(...shape: Shape): NDArray;
  /** Whole numbers from `low` up to and without `high`. */
  integers(low: number, high: number, ...shape: Shape): NDArray;
  /** Bytes, such as pixels. */
  bytes(...shape: Shape): NDArray;
}

export function drawsOf(seed: number): Draws {
  let drawn = 0;
  const next = () => fold(key(seed), drawn++);
  const integers = (low: number, high: number, shape: Shape): Int32Array => {
    const numbers = new Int32Array(numel(shape));
    randint(next(), numbers, low, high);
    return numbers;
  };
  return {
    normal(...shape) {
      const numbers = new Float32Array(numel(shape));
      normal(next(), numbers);
      return ndarray('float32', shape, numbers);
    },
    integers: (low, high, ...shape) => ndarray('int32', shape, integers(low, high, shape)),
    bytes: (...shape) => ndarray('uint8', shape, Uint8Array.from(integers(0, 256, shape))),
  };
}
