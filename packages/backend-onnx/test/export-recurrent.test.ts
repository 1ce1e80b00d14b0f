// Recurrent layers in files: any batch, and sequences of any length.
import { type AnyLayer, createPredictor, gru, initParameters, linear, lstm, rnn, sequential } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { largestDifference, values } from '@descent/core/testing';
import { expect, test } from 'vitest';
import { exportOnnx, loadOnnx, printModel } from '../src/public/index.ts';

const NETWORKS: Readonly<Record<string, AnyLayer>> = {
  'a classifier': sequential(lstm(3, 4, { bidirectional: true, return: 'last' }), linear(8, 2)),
  'states at each step': sequential(gru(3, 4, { numLayers: 2 }), rnn(4, 2)),
};

test.each(Object.entries(NETWORKS))('%s of any batch and length', async (_, model) => {
  const parameters = initParameters(model, 1);
  const sample = { shape: ['time', 3] };
  const { bytes, maxAbsDifference } = await exportOnnx(model, { parameters, sample, axes: { time: { max: 30 } } });
  expect(maxAbsDifference).toBeLessThan(1e-5);
  expect(printModel(bytes)).toMatch(/Scan/);
  const file = await loadOnnx(bytes);
  const backend = referenceBackend();
  const predictor = await createPredictor({ model, parameters, sample, axes: { time: { max: 30 } }, backend });
  for (const [batch, time] of [
    [1, 1],
    [3, 7],
    [2, 30],
  ] as const) {
    const x = values([batch, time, 3], time);
    const found = (await file.predict(x)) as never;
    expect(largestDifference(found, (await predictor.predict(x)) as never)).toBeLessThan(1e-5);
  }
  predictor.dispose();
  await file.dispose();
});
