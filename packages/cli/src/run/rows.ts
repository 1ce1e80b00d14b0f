import type { NDArray } from '@descent/core';

/** Rows `from … to` of an array, without a copy. */
export function rowsOf<A extends NDArray>(array: A, from: number, to: number): A {
  const [count = 0, ...sample] = array.shape;
  const width = count === 0 ? 0 : array.data.length / count;
  return { ...array, shape: [to - from, ...sample], data: array.data.subarray(from * width, to * width) };
}
