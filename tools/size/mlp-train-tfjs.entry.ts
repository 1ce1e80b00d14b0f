// The same page with TensorFlow.js in WebAssembly.
import { tfjs } from '@descent/backend-tfjs';
import { train as trainOn } from './mlp-train.entry.ts';

export async function train(data: Parameters<typeof trainOn>[1]): ReturnType<typeof trainOn> {
  return trainOn(await tfjs({ engine: 'wasm' }), data);
}
