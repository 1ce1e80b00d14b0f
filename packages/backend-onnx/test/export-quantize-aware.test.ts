import { exportOnnx, inspectOnnx, loadOnnx, onnx } from '@descent/backend-onnx';
import {
  conv2d,
  createTrainer,
  crossEntropy,
  flatten,
  initParameters,
  linear,
  type Parameters,
  quantizeAware,
  relu,
  sequential,
  sgd,
  tensor,
} from '@descent/core';
import { graph } from '@descent/core/backend';
import { constant, fakeQuantize, input } from '@descent/core/ops';
import { expect, test } from 'vitest';
import { lowerGraph } from '../src/lower.ts';
import { operators } from '../src/named/index.ts';
import { samples } from './quantize-networks.ts';

const model = quantizeAware(sequential(conv2d(3, 6, 3), relu(), flatten(), linear(216, 4)));
const sample = { shape: [3, 8, 8] };

async function trained(): Promise<Parameters> {
  const backend = await onnx({ threads: 1 });
  const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: 0.05 }), backend, seed: 1 });
  for (let i = 0; i < 3; i++)
    await trainer.step(
      samples(16, 10 + i),
      tensor(
        Array.from({ length: 16 }, (_, j) => j % 4),
        'int32',
      ),
    );
  const parameters = await trainer.parameters();
  trainer.dispose();
  await backend.dispose();
  return parameters;
}

test('a network trained for int8 is a file of integers between layers, which computes what was trained', async () => {
  const parameters = await trained();
  const inputs = samples(32, 20);
  const { bytes, maxAbsDifference } = await exportOnnx(model, { parameters, sample, verify: { inputs } });
  expect(maxAbsDifference).toBeLessThan(0.02);
  const facts = await inspectOnnx(bytes);
  const count = Object.fromEntries(facts.ops.map(({ op, count: n }) => [op, n]));
  expect(count).toMatchObject({ QuantizeLinear: 2, DequantizeLinear: 4, Conv: 1, Gemm: 1 });
  // Weights are stored as the integers that they are, and nothing of training is left.
  expect(facts.weights.filter(({ type }) => type === 'int8').map(({ shape }) => shape)).toEqual(
    expect.arrayContaining([
      [6, 3, 3, 3],
      [4, 216],
    ]),
  );
  expect(facts.weights.some(({ name }) => name.includes('min_val') || name === '0.weight')).toBe(false);
  expect(facts.ops.some(({ op }) => op === 'Cast')).toBe(false);
  const file = await loadOnnx(bytes, { threads: 1 });
  expect((await file.predict(inputs)).shape).toEqual([32, 4]);
  file.dispose();
});

test('a network that has seen nothing is not exported', async () => {
  const parameters = initParameters(model, 1);
  await expect(exportOnnx(model, { parameters, sample, verify: false })).rejects.toThrow(
    /has not seen what its layers take[\s\S]*a scale of 0[\s\S]*train it for a step/,
  );
});

test('integers that are no byte of ONNX are computed by elementwise operators', async () => {
  const x = input('x', [2, 3]);
  const four = fakeQuantize(x, constant(tensor(0.5)), constant(tensor(8)), { quantMin: 0, quantMax: 15 });
  const { model: lowered } = lowerGraph(graph({ y: four }), { operators });
  expect(lowered.graph.nodes.map(({ type }) => type)).not.toContain('QuantizeLinear');
});
