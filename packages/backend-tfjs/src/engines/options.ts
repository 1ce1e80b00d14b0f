// Apart from the engines, so that users' compilers never meet the types of TensorFlow.js: without `skipLibCheck` they clash with the DOM's.

/** The TensorFlow.js engines that run kernel lists. */
export type EngineName = 'cpu' | 'wasm' | 'webgl' | 'webgpu';

export interface EngineOptions {
  /** wasm in a browser: number of threads, by default 1; more need a page that is cross-origin isolated. Node runs wasm on one thread. */
  readonly threads?: number;
  /** wasm: folder (with a slash at its end) of the `.wasm` files, or the place of each; default: where the bundler put them, else beside the script. */
  readonly wasmPaths?: string | Readonly<Record<string, string>>;
}
