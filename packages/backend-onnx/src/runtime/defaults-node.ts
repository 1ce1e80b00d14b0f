import { availableParallelism } from 'node:os';
import type { DeviceName } from '../device/names.ts';
import { defaultWasmThreads } from './wasm-threads.ts';

/** What models run on when nobody says. */
export const DEFAULT_DEVICE: DeviceName = 'cpu';

/** As many threads as the process has cores; in WebAssembly a few at most. */
export function defaultThreads(device: DeviceName): number {
  const cores = availableParallelism();
  return device === 'wasm' ? defaultWasmThreads(cores, true) : cores;
}
