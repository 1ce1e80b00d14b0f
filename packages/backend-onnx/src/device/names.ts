/**
 * What models can run on. `'cpu'` and `'wasm'` are the processor, natively and in WebAssembly; `'webgpu'` is a graphics device, in browsers and
 * natively in Node; `'cuda'`, `'dml'` (DirectML, Windows) and `'coreml'` (macOS) are providers of onnxruntime-node.
 */
export type DeviceName = 'cpu' | 'wasm' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

/** What to do with operators that a device does not have, and that ONNX Runtime would run on the processor. */
export type Fallback = 'refuse' | 'allow';

/** Where the files of onnxruntime-web are: a folder (with a slash at its end), or the place of each. */
export type WasmPaths = string | { readonly wasm?: string; readonly mjs?: string };
