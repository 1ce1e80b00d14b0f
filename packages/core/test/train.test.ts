import { expect, test } from 'vitest';
import {
  accuracy, adam, conv2d, createTrainer, crossEntropy, dropout, fit, flatten, formatSummary, grad, linear, maxPool2d, ndarray, NumericError, relu, rescale,
  sequential, sgd, summarize, tensor,
} from '@descent/core';
import { mul, sum } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';

function blobs(n: number) {
  const x = new Uint8Array(n * 64), y = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    y[i] = i % 3;
    for (let j = 0; j < 64; j++) x[i * 64 + j] = ((i * 7 + j * 13) % 50) + (Math.floor(j / 22) === y[i] ? 150 : 0);
  }
  return { x: ndarray('uint8', [n, 1, 8, 8], x), y: ndarray('int32', [n], y) };
}

test('smoke', async () => {
  const df = grad((x) => sum(mul(x, x)), { backend: referenceBackend() });
  expect(Array.from((await df(tensor([1, 2, 3]))).data)).toEqual([2, 4, 6]);
  const model = sequential(rescale(1 / 255), conv2d(1, 4, 3), relu(), maxPool2d(2), flatten(), dropout(0.1), linear(36, 3));
  console.log(formatSummary(summarize(model, { shape: [1, 8, 8], dtype: 'uint8' })));
  const data = blobs(90);
  const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: adam({ lr: 0.02 }), metrics: [accuracy()], backend: referenceBackend(), seed: 1 });
  const source = { length: 3, batchSize: 30, dataset: data, epoch: () => [], indices: () => Uint32Array.from({ length: 90 }, (_, i) => i) };
  const records = await fit(trainer, { train: source, test: source, epochs: 4 });
  expect(records.at(-1)?.test?.accuracy).toBeGreaterThan(0.9);
  const t2 = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: 1e30 }), backend: referenceBackend(), seed: 1 });
  await t2.step(data.x, data.y);
  await expect((async () => { for (let i = 0; i < 5; i++) await t2.step(data.x, data.y); })()).rejects.toThrow(NumericError);
  try { await t2.step(data.x, data.y); } catch (e) { console.log(String(e)); }
  await expect(async () => {
    const bad = await createTrainer({ model: sequential(rescale(1), linear(784, 256)), loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), backend: referenceBackend() });
    await bad.step(ndarray('uint8', [2, 3, 32, 32], new Uint8Array(2 * 3 * 32 * 32)), ndarray('int32', [2], new Int32Array(2))).catch((e) => { console.log(String(e)); throw e; });
  }).rejects.toThrow('linear(784 → 256)');
});
