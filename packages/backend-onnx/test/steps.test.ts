import { onnx } from '@descent/backend-onnx';
import {
  accuracy,
  adam,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  flatten,
  linear,
  maxPool2d,
  type Parameters,
  relu,
  rescale,
  sequential,
  sgd,
} from '@descent/core';
import { mnistSample } from '@descent/datasets';
import { expect, test } from 'vitest';

const mlp = sequential(rescale(1 / 255), flatten(), linear(784, 64), relu(), dropout(0.2), linear(64, 10));
const cnn = sequential(rescale(1 / 255), conv2d(1, 6, 5), relu(), maxPool2d(2), flatten(), linear(6 * 144, 10));

function largestDifference(a: Parameters, b: Parameters): number {
  let largest = 0;
  for (const [name, { data }] of Object.entries(a)) {
    for (const [i, v] of data.entries()) largest = Math.max(largest, Math.abs(v - (b[name]?.data[i] as number)));
  }
  return largest;
}

// Resuming equals never having stopped only if it does not matter how many steps ran in one call.
test.each([
  ['an MLP with dropout and Adam', mlp, adam()],
  ['a CNN with momentum', cnn, sgd({ lr: 0.02, momentum: 0.9 })],
])('steps of %s have the same bits one by one, in small and in large runs', async (_, model, optimizer) => {
  const data = await mnistSample({ train: false });
  const rows = Uint32Array.from({ length: 240 }, (_, i) => (i * 7919) % 2000);
  const parameters: Parameters[] = [];
  for (const size of [20, 80, 240]) {
    const trainer = await createTrainer({
      model,
      loss: crossEntropy(),
      optimizer,
      metrics: [accuracy()],
      backend: onnx(),
      seed: 1,
    });
    const resident = await trainer.resident(data);
    for (let i = 0; i < rows.length; i += size) await resident.train(rows.subarray(i, i + size), 20);
    expect(trainer.stepCount).toBe(12);
    parameters.push(await trainer.parameters());
    trainer.dispose();
  }
  const [single, small, large] = parameters as [Parameters, Parameters, Parameters];
  expect(largestDifference(single, small)).toBe(0);
  expect(largestDifference(single, large)).toBe(0);
});
