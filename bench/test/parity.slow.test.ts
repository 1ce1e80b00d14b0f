import { exportOnnx, loadOnnx } from '@descent/backend-onnx';
import { accuracy, type Backend, createPredictor, createTrainer, crossEntropy, type Metrics } from '@descent/core';
import { type ArrayDataset, loader, mnistSample, subset } from '@descent/datasets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOUNDS, type Curve, compareCurves, JOBS, type Job, STEPS, trainCurve } from '../parity/curves.ts';
import { largestDifference, type ParityData, parityBackends, parityData } from '../parity/run.ts';

let [train, held]: readonly ArrayDataset[] = [];
let data: ParityData = { batches: [], held: [] };
const backends: Backend[] = [];

beforeAll(async () => {
  train = await mnistSample({ train: true });
  held = await mnistSample({ train: false });
  data = await parityData();
  backends.push(...(await parityBackends(console.log)));
});
afterAll(async () => {
  for (const backend of backends) await backend.dispose();
});

describe('one seed, one curve', () => {
  test.each(JOBS.map((job) => [job.name, job] as const))('%s', async (_, job) => {
    const curves: Curve[] = [];
    for (const backend of backends) curves.push(await trainCurve(job, backend, data.batches, data.held));
    const [base, ...others] = curves as [Curve, ...Curve[]];
    expect(base.losses).toHaveLength(STEPS);
    expect(base.accuracy).toBeGreaterThan(0.6);
    for (const other of others) {
      const comparison = compareCurves(job, base, other);
      console.log(comparison);
      expect(comparison.atStep10).toBeLessThan(BOUNDS.atStep10);
      expect(comparison.atStep100).toBeLessThan(BOUNDS.atStep100);
      expect(comparison.accuracyDifference).toBeLessThanOrEqual(BOUNDS.accuracyDifference);
    }
  });
});

const sample = { shape: [1, 28, 28], dtype: 'uint8' } as const;

test('what was trained with TensorFlow.js predicts the same in ONNX Runtime', async () => {
  const job = JOBS[1] as Job;
  const backend = backends[1] as Backend;
  const { parameters } = await trainCurve(job, backend, data.batches, data.held);
  const predictor = await createPredictor({ model: job.model, parameters, sample, backend });
  const { bytes } = await exportOnnx(job.model, { parameters, sample, softmax: false });
  const file = await loadOnnx(bytes);
  const { x } = subset(
    held as ArrayDataset,
    Uint32Array.from({ length: 200 }, (_, i) => i),
  );
  const [here, there] = [await predictor.predict(x), await file.predict(x)];
  const scale = Math.max(1, ...Array.from(here.data, Math.abs));
  expect(largestDifference(here, there) / scale).toBeLessThan(1e-5);
  predictor.dispose();
  file.dispose();
});

test('a checkpoint of one backend goes on on another', async () => {
  const { model, optimizer } = JOBS[0] as Job;
  const make = (backend: Backend) =>
    createTrainer({ model, loss: crossEntropy(), optimizer, metrics: [accuracy()], backend, seed: 3 });
  const batches = [
    ...loader(
      subset(
        train as ArrayDataset,
        Uint32Array.from({ length: 640 }, (_, i) => i),
      ),
      { batchSize: 32 },
    ),
  ];
  const lossesOf = async (first: Backend, second: Backend): Promise<readonly number[]> => {
    const losses: Metrics[] = [];
    const before = await make(first);
    for (const { x, y } of batches.slice(0, 10)) losses.push(await before.step(x, y));
    const after = await make(second);
    await after.load(await before.state());
    for (const { x, y } of batches.slice(10)) losses.push(await after.step(x, y));
    return losses.map((m) => m.loss);
  };
  const [a, b] = backends as [Backend, Backend];
  const unchanged = await lossesOf(a, a);
  for (const [i, loss] of (await lossesOf(a, b)).entries())
    expect(Math.abs(loss / (unchanged[i] as number) - 1)).toBeLessThan(1e-3);
  for (const [i, loss] of (await lossesOf(b, a)).entries())
    expect(Math.abs(loss / (unchanged[i] as number) - 1)).toBeLessThan(1e-3);
});
