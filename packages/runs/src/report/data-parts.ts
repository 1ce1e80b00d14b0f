import type { NDArrays } from '@descent/core';
import { leavesOf } from '@descent/core/backend';

export interface HashedData {
  readonly x: NDArrays;
  readonly y: NDArrays;
}

/**
 * What the hash of data is made of: for each array a line such as "x uint8 8000,1,28,28", or "x/picture …" for one of several, then its bytes as they
 * lie in memory.
 */
export function* dataParts(dataset: HashedData): Generator<Uint8Array, void> {
  for (const name of ['x', 'y'] as const) {
    for (const [part, { dtype, shape, data }] of leavesOf(dataset[name])) {
      yield new TextEncoder().encode(`${part === '' ? name : `${name}/${part}`} ${dtype} ${shape.join()}\n`);
      yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    }
  }
}
