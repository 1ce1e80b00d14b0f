// Trains with checkpoints in the folder given, going on from the newest one; prints the hash of the final weights. For kill.slow.test.ts.
import { createHash } from 'node:crypto';
import { onnx } from '@descent/backend-onnx';
import {
  accuracy,
  adam,
  createTrainer,
  crossEntropy,
  dropout,
  fit,
  flatten,
  linear,
  relu,
  rescale,
  sequential,
} from '@descent/core';
import { loader, mnistSample, subset } from '@descent/datasets';
import { checkpoints, latestCheckpoint } from '@descent/runs';

const [folder] = process.argv.slice(2);
const digits = subset(
  await mnistSample({ train: true }),
  Uint32Array.from({ length: 1000 }, (_, i) => i),
);
const trainer = await createTrainer({
  model: sequential(rescale(1 / 255), flatten(), linear(784, 128), relu(), dropout(0.2), linear(128, 10)),
  loss: crossEntropy(),
  optimizer: adam(),
  metrics: [accuracy()],
  backend: onnx({ threads: 1 }),
  seed: 4,
});
const found = await latestCheckpoint(folder);
if (found !== null) await trainer.load(found.state);
await fit(trainer, {
  train: loader(digits, { batchSize: 20, shuffle: true, seed: 4 }),
  epochs: 6,
  callbacks: [checkpoints({ folder, everySteps: 3 })],
  ...(found !== null && { resume: found.position }),
  log: null,
});
const hash = createHash('sha256');
const { parameters, slots } = await trainer.state();
for (const { data } of [...Object.values(parameters), ...Object.values(slots)])
  hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
console.log(`steps ${trainer.stepCount} weights ${hash.digest('hex')}`);
