import { bools, type Draw, integers, values } from '../cases.ts';

/** One draw of each element type, for ops that only move elements. */
export const EVERY_TYPE: Readonly<Record<string, Draw>> = {
  float32: values,
  int32: integers,
  uint8: (shape, seed) => integers(shape, seed, { dtype: 'uint8', high: 256 }),
  bool: bools,
};
