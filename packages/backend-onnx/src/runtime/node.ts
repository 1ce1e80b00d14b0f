import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { DeviceName } from '../device/names.ts';
import { notThere } from '../device/needs.ts';
import type { DeviceOptions } from '../device/options.ts';
import { importRuntime } from './import.ts';
import type { Runtime } from './runtime.ts';
import { configureWeb, defaultWasmThreads } from './web.ts';

/** What models run on when nobody says. */
export const DEFAULT_DEVICE: DeviceName = 'cpu';

const CUDA = 'libonnxruntime_providers_cuda.so';

/** Throws a `BackendError` where the provider was not installed: ONNX Runtime itself would write about that to the console. */
function expectCudaLibrary(): void {
  const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
  const found = readdirSync(bin).some((abi) => existsSync(join(bin, abi, process.platform, process.arch, CUDA)));
  if (found) return;
  throw notThere('cuda', new Error(`no ${CUDA} in ${bin}`));
}

/** As many threads as the process has cores; in WebAssembly a few at most. */
export function defaultThreads(device: DeviceName): number {
  const cores = availableParallelism();
  return device === 'wasm' ? defaultWasmThreads(cores, true) : cores;
}

/** Loads ONNX Runtime for a device of Node. Throws a `BackendError` that says what is missing. */
export async function loadRuntime(options: DeviceOptions): Promise<Runtime> {
  if (options.device === 'wasm') {
    return configureWeb(await importRuntime('wasm', 'onnxruntime-web', () => import('onnxruntime-web')), options, true);
  }
  const ort = await importRuntime(options.device, 'onnxruntime-node', () => import('onnxruntime-node'));
  if (options.device === 'cuda' && process.platform === 'linux') expectCudaLibrary();
  return { ort, notes: [] };
}
