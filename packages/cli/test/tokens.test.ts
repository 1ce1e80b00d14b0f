// Tokens end to end: a dataset, its loader, training on ONNX Runtime, the exported file and what it says. Worker threads: datasets/test/several.test.ts.
import { exportOnnx, loadOnnx, onnx } from '@descent/backend-onnx';
import {
  accuracy,
  adam,
  createTrainer,
  crossEntropy,
  fit,
  layer,
  linear,
  type NDArray,
  ndarray,
  parameter,
  sequential,
} from '@descent/core';
import { gather, mean } from '@descent/core/ops';
import { loader, type PlainDataset, randomSplit } from '@descent/datasets';
import { expect, onTestFinished, test } from 'vitest';

const WORDS = 11;
const TIME = 6;

const embedding = layer('embedding', { weight: parameter([WORDS, 8]) }, (x, { weight }) =>
  mean(gather(weight, x), { axes: [1] }),
);
const model = sequential(embedding, linear(8, 2));

/** Sentences of six tokens; the label says whether token 3 is in it. */
function sentences(n: number): PlainDataset<NDArray<'int32'>, NDArray<'int32'>> {
  const tokens = Int32Array.from({ length: n * TIME }, (_, i) => (i * i + 3 * Math.floor(i / TIME)) % WORDS);
  const labels = Int32Array.from({ length: n }, (_, i) => Number(tokens.slice(i * TIME, (i + 1) * TIME).includes(3)));
  return { x: ndarray('int32', [n, TIME], tokens), y: ndarray('int32', [n], labels) };
}

test('tokens of a fixed length, from the loader to the exported file', async () => {
  const [train, held] = randomSplit(sentences(240), [0.8, 0.2], { stratified: true });
  expect(train.classes).toEqual(['0', '1']);
  const batches = loader(train, { batchSize: 16, shuffle: true, seed: 2 });
  expect(batches.sample).toEqual({ dtype: 'int32', shape: [TIME] });
  const trainer = await createTrainer({
    ...{ model, loss: crossEntropy(), metrics: [accuracy()], optimizer: adam({ lr: 0.03 }), backend: onnx() },
  });
  onTestFinished(() => trainer.dispose());
  const { history } = await fit(trainer, {
    train: batches,
    test: loader(held, { batchSize: 20 }),
    epochs: 15,
    log: null,
  });
  expect(history.at(-1)?.test?.accuracy).toBeGreaterThan(0.9);

  const { bytes, maxAbsDifference } = await exportOnnx(model, {
    parameters: await trainer.parameters(),
    sample: batches.sample,
    verify: { inputs: held.x },
  });
  expect(maxAbsDifference).toBeLessThan(1e-4);
  const file = await loadOnnx(bytes);
  onTestFinished(() => file.dispose());
  const [output] = Object.values(await file.run({ input: held.x }));
  const expected = await trainer.predict(held.x);
  expect(output?.shape).toEqual([held.length, 2]);
  for (const [i, value] of [...expected.data].entries()) expect(output?.data[i]).toBeCloseTo(value, 4);
});
