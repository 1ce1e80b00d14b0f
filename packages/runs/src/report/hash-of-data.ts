import { createHash } from 'node:crypto';
import type { NDArray } from '@descent/core';

/** SHA-256 over the element types, shapes and bytes of `x` and `y`, in hexadecimal: equal for equal data, wherever they came from. */
export function hashOfData(dataset: { readonly x: NDArray; readonly y: NDArray }): string {
  const hash = createHash('sha256');
  for (const name of ['x', 'y'] as const) {
    const { dtype, shape, data } = dataset[name];
    // Such as "x uint8 8000,1,28,28" and a line feed, then the bytes as they lie in memory.
    hash.update(`${name} ${dtype} ${shape.join()}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
