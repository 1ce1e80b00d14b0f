import type { EngineName } from '../state/experiment.ts';

/** What engines are called for people; proper names, the same in all languages. */
export const ENGINE_LABELS: Readonly<Record<EngineName, string>> = {
  'onnx:wasm': 'ONNX Runtime · WebAssembly',
  'onnx:webgpu': 'ONNX Runtime · WebGPU',
  'tfjs:wasm': 'TensorFlow.js · WebAssembly',
  'tfjs:webgl': 'TensorFlow.js · WebGL',
  'tfjs:webgpu': 'TensorFlow.js · WebGPU',
};
