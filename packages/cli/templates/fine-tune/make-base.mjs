// Makes what there is to fine-tune, from the digits that ship with @descent/datasets: base.onnx, a network that tells the digits 0 to 4 apart,
// and pictures of the digits 5 to 9, which it has never seen, with a folder for each. Put a file and pictures of your own in their place.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exportOnnx, onnx } from '@descent/backend-onnx';
import {
  accuracy,
  adam,
  conv2d,
  createTrainer,
  crossEntropy,
  fit,
  flatten,
  linear,
  maxPool2d,
  relu,
  rescale,
  sequential,
} from '@descent/core';
import { loader, mnistSample, subset, writePng } from '@descent/datasets';

const PICTURES = 60;
const NAMES = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

const digits = await mnistSample({ train: true });
const rowsOf = (wanted) => Uint32Array.from([...digits.y.data.keys()].filter((row) => wanted(digits.y.data[row])));

const model = sequential({
  pixels: rescale(1 / 255),
  conv1: conv2d(1, 8, 5),
  relu1: relu(),
  pool1: maxPool2d(2),
  conv2: conv2d(8, 16, 5),
  relu2: relu(),
  pool2: maxPool2d(2),
  flat: flatten(),
  head: linear(256, 5),
});
const backend = await onnx();
const trainer = await createTrainer({
  model,
  loss: crossEntropy(),
  optimizer: adam({ lr: 0.002 }),
  metrics: [accuracy()],
  seed: 0,
  backend,
});
const known = subset(
  digits,
  rowsOf((digit) => digit < 5),
);
await fit(trainer, { train: loader(known, { batchSize: 50, seed: 0 }), epochs: 2 });
await exportOnnx(model, {
  parameters: await trainer.parameters(),
  sample: { shape: [1, 28, 28], dtype: 'uint8' },
  labels: NAMES.slice(0, 5),
  path: 'base.onnx',
});
trainer.dispose();
await backend.dispose();

await rm('pictures', { recursive: true, force: true });
for (let digit = 5; digit < 10; digit++) {
  const folder = join('pictures', NAMES[digit]);
  await mkdir(folder, { recursive: true });
  for (const row of rowsOf((one) => one === digit).slice(0, PICTURES)) {
    const data = digits.x.data.slice(row * 784, (row + 1) * 784);
    await writePng(join(folder, `${row}.png`), { dtype: 'uint8', shape: [28, 28], data });
  }
}
console.log(`base.onnx knows ${NAMES.slice(0, 5).join(', ')}; pictures/ has ${PICTURES} of each of the others`);
