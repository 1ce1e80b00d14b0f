// A training loop by hand: everything that fit(…) would do is here, to be changed.
import { writeFile } from 'node:fs/promises';
import { exportOnnx, onnx } from '@descent/backend-onnx';
import {
  accuracy,
  createTrainer,
  crossEntropy,
  flatten,
  linear,
  meanOf,
  relu,
  rescale,
  sequential,
  sgd,
} from '@descent/core';
import { loader, mnistSample } from '@descent/datasets';

const epochs = Number(process.argv[2] ?? 5);

const train = loader(await mnistSample({ train: true }), { batchSize: 50, shuffle: true, seed: 0 });
const test = loader(await mnistSample({ train: false }), { batchSize: 500 });

const backend = await onnx();
const model = sequential(rescale(1 / 255), flatten(), linear(784, 256), relu(), linear(256, 10));
const trainer = await createTrainer({
  model,
  loss: crossEntropy(),
  optimizer: sgd({ lr: 0.1, momentum: 0.9 }),
  metrics: [accuracy()],
  seed: 0,
  backend,
});

for (let epoch = 1; epoch <= epochs; epoch++) {
  const steps = [];
  for await (const { x, y } of train) steps.push(await trainer.step(x, y));
  const [learned, known] = [meanOf(steps), await trainer.evaluate(test.epoch(0))];
  console.log(
    `epoch ${epoch}, train_loss ${learned.loss.toFixed(4)}, train_accuracy ${learned.accuracy.toFixed(4)}, test_accuracy ${known.accuracy.toFixed(4)}`,
  );
}

const { bytes, maxAbsDifference } = await exportOnnx(model, {
  parameters: await trainer.parameters(),
  sample: { shape: [1, 28, 28], dtype: 'uint8' },
});
await writeFile('model.onnx', bytes);
console.log(`model.onnx differs from the network by ${maxAbsDifference.toExponential(1)} at most`);

trainer.dispose();
await backend.dispose();
