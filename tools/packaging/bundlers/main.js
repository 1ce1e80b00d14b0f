// The page that bundlers.pack.test.ts builds: trains an MLP on what its address names, and leaves what came of it in `globalThis.report`.
import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import { createTrainer, crossEntropy, linear, relu, sequential, sgd } from '@descent/core';

const STEPS = 5;
const BATCH = 50;

/** The losses of the first steps of one seed. */
export async function losses(backend) {
  const model = sequential(linear(64, 32), relu(), linear(32, 10));
  const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: 0.5 }), backend, seed: 1 });
  const curve = [];
  for (let step = 0; step < STEPS; step++) {
    const pixels = Float32Array.from({ length: BATCH * 64 }, (_, i) => (((i + step) * 7919) % 256) / 256);
    const labels = Int32Array.from({ length: BATCH }, (_, i) => (i * 3 + step) % 10);
    const { loss } = await trainer.step(
      { dtype: 'float32', shape: [BATCH, 64], data: pixels },
      { dtype: 'int32', shape: [BATCH], data: labels },
    );
    curve.push(loss);
  }
  trainer.dispose();
  await backend.dispose();
  return curve;
}

/** `onnx:wasm`, `tfjs:cpu` and so on. */
export function backendOf(name, options) {
  const [kind, device] = name.split(':');
  return kind === 'onnx' ? onnx({ device, ...options }) : tfjs({ engine: device, ...options });
}

/** What the address says: `?backend=onnx:wasm`, and with `&worker=/onnx-worker.js` a worker of that address, or with `&worker=` the one that comes along. */
async function report(query) {
  const worker = query.get('worker');
  const options = worker === null ? {} : { worker: worker === '' ? true : new Worker(worker, { type: 'module' }) };
  return losses(await backendOf(query.get('backend'), options));
}

if (typeof location !== 'undefined') {
  report(new URLSearchParams(location.search)).then(
    (curve) => {
      globalThis.report = { losses: curve };
    },
    (error) => {
      globalThis.report = { error: error.message };
    },
  );
}
