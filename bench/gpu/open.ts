// Opens a device by its name, in Node.
import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import type { Backend } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import type { BackendName } from './devices.ts';

/** Throws an error that says what is missing. */
export async function openInNode(name: BackendName): Promise<Backend> {
  switch (name) {
    case 'reference':
      return referenceBackend({ precision: 'float32' });
    case 'tfjs:node-gpu':
      return tfjs({ engine: 'node-gpu' });
    case 'tfjs:webgl':
      throw new Error('tfjs:webgl runs in browsers only');
    case 'tfjs:webgpu':
      await installWebGpu();
      return tfjs({ engine: 'webgpu' });
    default:
      return onnx({ device: name.slice('onnx:'.length) as 'cpu' | 'cuda' });
  }
}

interface WebGpuPackage {
  readonly globals: object;
  create(options: readonly string[]): object;
}

/** WebGPU for Node is an npm package of its own, which does not come with Descent. */
async function installWebGpu(): Promise<void> {
  // Named by a variable, since the compiler need not know it.
  const name = 'webgpu';
  const { globals, create } = (await import(name).catch(() => {
    throw new Error('the npm package webgpu is not installed: npm install --no-save webgpu');
  })) as WebGpuPackage;
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });
}
