import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { findBackend } from '@tensorflow/tfjs-core';

/** What the package's types leave out. */
interface Heap {
  _malloc(bytes: number): number;
  /** Another view each time the heap has grown. */
  readonly HEAPU8: Uint8Array;
}

/**
 * Fills all memory that the wasm engine allocates from now on with ones: NaN as floats, −1 as integers. A kernel that leaves a part of its
 * result unwritten then fails every comparison, instead of only those where the memory was used before.
 */
export function poisonWasm(): void {
  const wasm = (findBackend('wasm') as BackendWasm).wasm as unknown as Heap;
  const allocate = wasm._malloc.bind(wasm);
  wasm._malloc = (bytes) => {
    const start = allocate(bytes) >>> 0;
    wasm.HEAPU8.fill(0xff, start, start + bytes);
    return start;
  };
}
