import { fold, type Key, key } from '@descent/core/random';
import { applyTransforms, type Item, type Transform } from '../src/public/index.ts';

/** The key of sample `index` in epoch 0 of a seed. */
export function sampleKey(index: number, seed = 5): Key {
  return fold(fold(key(seed), 0), index);
}

/** Bytes that are all different as far as there are so many. */
export function bytes(...shape: readonly number[]): Item {
  const size = shape.reduce((n, d) => n * d, 1);
  return { dtype: 'uint8', shape, data: Uint8Array.from({ length: size }, (_, i) => (i * 37 + 11) % 256) };
}

/** The same pixels from 0 to 1. */
export function floats(...shape: readonly number[]): Item {
  return { dtype: 'float32', shape, data: Float32Array.from(bytes(...shape).data, (v) => v / 255) };
}

export function apply(transform: Transform, item: Item, index = 0): Item {
  return applyTransforms([transform], item, sampleKey(index));
}

export function rows({ data }: Item, width: number): number[][] {
  return Array.from({ length: data.length / width }, (_, i) => [...data.slice(i * width, (i + 1) * width)]);
}

/** Pearson's statistic of counts against expected ones: for a right model about `cells − 1` with deviation `sqrt(2 (cells − 1))`. */
export function chiSquare(counts: readonly number[], expected: readonly number[]): number {
  return counts.reduce((sum, n, i) => sum + (n - (expected[i] as number)) ** 2 / (expected[i] as number), 0);
}
