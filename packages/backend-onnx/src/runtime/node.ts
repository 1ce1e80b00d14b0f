import { availableParallelism } from 'node:os';
import type { DeviceName } from '../device/names.ts';
import type { DeviceOptions } from '../device/options.ts';
import { importRuntime } from './import.ts';
import type { Runtime } from './runtime.ts';
import { configureWeb, defaultWasmThreads } from './web.ts';

/** What models run on when nobody says. */
export const DEFAULT_DEVICE: DeviceName = 'cpu';

/** As many threads as the process has cores; in WebAssembly a few at most. */
export function defaultThreads(device: DeviceName): number {
  const cores = availableParallelism();
  return device === 'wasm' ? defaultWasmThreads(cores, true) : cores;
}

/** Loads ONNX Runtime for a device of Node. Throws a `BackendError` that says what is missing. */
export async function loadRuntime(options: DeviceOptions): Promise<Runtime> {
  if (options.device === 'wasm') {
    return configureWeb(await importRuntime('wasm', () => import('onnxruntime-web')), options, true);
  }
  return { ort: await importRuntime(options.device, () => import('onnxruntime-node')), notes: [] };
}
