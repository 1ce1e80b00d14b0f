import type { DType, NDArray, Shape } from '@descent/core';
import { allocate, numel } from '@descent/core/backend';
import type { Dice } from '../dice.ts';

const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;
const [LEAST, MOST] = [-(2 ** 31), 2 ** 31 - 1];

/** Where arithmetic has edges: the ends of each type, what lies just beyond them, and values that are no numbers. None is denormal: some engines take those for 0. */
const EDGES: Readonly<Record<DType, readonly number[]>> = {
  float32: [
    ...[0, -0, 1, -1, 0.5, -2.5, 255.5, 300, NAN, INF, -INF],
    ...[2e-38, -2e-38, 1e-8, -1e-8, 3e38, -3e38, 1e20, -1e20, 88.7, -104],
    ...[16777217, MOST, LEAST, 2147483520, -2147483904],
  ],
  int32: [0, 1, -1, 2, -2, 7, 127, 128, 255, 256, 65535, 65536, 16777217, MOST, MOST - 1, LEAST, LEAST + 1],
  uint8: [0, 1, 2, 127, 128, 254, 255],
  bool: [0, 1],
};

/** What an op may meet without its result depending on the order in which it adds up. */
export type Wildness = 'everything' | 'not huge' | 'numbers' | 'finite' | 'mild';

const ALLOWED: Readonly<Record<Wildness, (v: number) => boolean>> = {
  everything: () => true,
  'not huge': (v) => !Number.isFinite(v) || Math.abs(v) < 1000,
  numbers: (v) => !Number.isNaN(v),
  finite: (v) => Number.isFinite(v),
  mild: (v) => Math.abs(v) < 256 && (v === 0 || Math.abs(v) > 1e-9),
};

/** An array of edges. */
export function hostile(dtype: DType, shape: Shape, dice: Dice, wildness: Wildness): NDArray {
  const edges = EDGES[dtype].filter((v) => dtype !== 'float32' || ALLOWED[wildness](v));
  return { dtype, shape, data: allocate(dtype, numel(shape)).map(() => dice.pick(edges)) };
}

/** Indices from 0 to `size` − 1, or, rarely, one that is not among them. */
export function indices(shape: Shape, size: number, dice: Dice): NDArray {
  const beyond = [-1, size, size + 1, -size, -size - 1, MOST, LEAST];
  const isBad = dice.chance(0.15);
  const data = new Int32Array(numel(shape)).map(() => (size === 0 ? 0 : dice.below(size)));
  if (isBad && data.length > 0) data[dice.below(data.length)] = dice.pick(beyond);
  return { dtype: 'int32', shape, data };
}
