/** What models can run on. `'cpu'` and `'wasm'` are the processor: natively, and in WebAssembly. */
export type DeviceName = 'cpu' | 'wasm';

/** Where the files of onnxruntime-web are: a folder (with a slash at its end), or the place of each. */
export type WasmPaths = string | { readonly wasm?: string; readonly mjs?: string };
