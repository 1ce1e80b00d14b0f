import { BackendError } from '@descent/core/backend';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** The part of the module that its types leave out. */
interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

const ADDRESSES = 2 ** 32;

/** Modules whose memory is guarded already: TensorFlow.js has one for the whole process. */
const guarded = new WeakSet<object>();

/** Makes the module throw when its memory is full: TensorFlow.js would take the address 0 that it is given then, and write there. */
export function guardMemory(backend: Pick<BackendWasm, 'wasm'>): void {
  const wasm = backend.wasm as unknown as Allocator;
  if (guarded.has(wasm)) return;
  guarded.add(wasm);
  // At its first call the function puts another one in its place.
  wasm._free(wasm._malloc(1));
  const allocate = wasm._malloc.bind(wasm);
  wasm._malloc = (bytes) => {
    // What does not fit into 32 bits would wrap around to a small request.
    const address = bytes < ADDRESSES ? allocate(bytes) : 0;
    if (address !== 0 || bytes === 0) return address;
    throw new BackendError('tfjs:wasm has no memory left', {
      received: `a tensor of ${bytes} bytes`,
      expected: 'all tensors in the 4 GB that WebAssembly can address',
      fix: 'use smaller batches, dispose trainers that are no longer needed, or use onnx:cpu',
    });
  };
}
