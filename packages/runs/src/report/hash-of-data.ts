import { createHash } from 'node:crypto';
import type { NDArrays } from '@descent/core';
import { leavesOf } from '@descent/core/backend';

/** SHA-256 over the element types, shapes and bytes of `x` and `y`, in hexadecimal: equal for equal data, wherever they came from. */
export function hashOfData(dataset: { readonly x: NDArrays; readonly y: NDArrays }): string {
  const hash = createHash('sha256');
  for (const name of ['x', 'y'] as const) {
    for (const [part, { dtype, shape, data }] of leavesOf(dataset[name])) {
      // Such as "x uint8 8000,1,28,28" and a line feed, then the bytes as they lie in memory; "x/picture …" for one of several arrays.
      hash.update(`${part === '' ? name : `${name}/${part}`} ${dtype} ${shape.join()}\n`);
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }
  return hash.digest('hex');
}
