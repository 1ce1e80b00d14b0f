// The program that bundlers.pack.test.ts bundles for Node: data that ship with a package, threads of the loader, ONNX Runtime here and in a thread.
import { onnx } from '@descent/backend-onnx';
import { createTrainer, crossEntropy, flatten, linear, rescale, sequential, sgd } from '@descent/core';
import { loader, mnistSample, randomHorizontalFlip } from '@descent/datasets';

async function firstLoss(options) {
  const data = await mnistSample({ train: true });
  const batches = loader(data, { batchSize: 50, shuffle: true, workers: 2, transform: randomHorizontalFlip() });
  const model = sequential(rescale(1 / 255), flatten(), linear(784, 10));
  const backend = onnx({ threads: 1, ...options });
  const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), backend, seed: 1 });
  for await (const { x, y } of batches) {
    const { loss } = await trainer.step(x, y);
    await backend.dispose();
    return loss.toFixed(5);
  }
}

async function main() {
  for (const options of [{}, { worker: true }]) {
    console.log(await firstLoss(options).catch((error) => `error: ${error.message}`));
  }
}
main();
