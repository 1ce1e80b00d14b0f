// The same page with ONNX Runtime in WebAssembly.
import { onnx } from '@descent/backend-onnx';
import { train as trainOn } from './mlp-train.entry.ts';

export async function train(data: Parameters<typeof trainOn>[1]): ReturnType<typeof trainOn> {
  return trainOn(onnx({ device: 'wasm' }), data);
}
