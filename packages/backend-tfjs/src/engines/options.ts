// Apart from the engines, so that users' compilers never meet the types of TensorFlow.js: without `skipLibCheck` they clash with the DOM's.

/** The TensorFlow.js engines that run kernel lists. */
export type EngineName = 'cpu' | 'wasm' | 'webgl' | 'webgpu';

export interface EngineOptions {
  /** wasm in a browser: number of threads, by default one for each core. Node runs wasm on one thread. */
  readonly threads?: number;
  /** wasm: folder (with a slash at its end) of the `.wasm` files, or the place of each; default: beside the package. */
  readonly wasmPaths?: string | Readonly<Record<string, string>>;
}
