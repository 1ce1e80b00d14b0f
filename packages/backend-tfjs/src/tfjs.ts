import type { Backend } from '@descent/core';
import type { EngineName } from './engines/engine.ts';
import { type EngineOptions, loadEngine } from './engines/load.ts';
import { kernelListBackend } from './kernel-list/backend.ts';

export interface TfjsOptions extends EngineOptions {
  readonly engine: EngineName;
}

/**
 * TensorFlow.js as a backend, `'tfjs:cpu'`, `'tfjs:wasm'`, `'tfjs:webgl'` or `'tfjs:webgpu'`. Only the packages of the engine named are
 * loaded.
 * @throws BackendError when a package is missing or the engine does not start, with the command or the setting that helps.
 */
export async function tfjs({ engine, ...options }: TfjsOptions): Promise<Backend> {
  return kernelListBackend(await loadEngine(engine, options));
}
