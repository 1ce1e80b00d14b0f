// Runs whose files take axes of any size: what the config says of export.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadOnnx } from '@descent/backend-onnx';
import { ndarray } from '@descent/core';
import { expect, test } from 'vitest';
import { descent, folder } from './helpers.ts';

const MEAN = 'mean(gather(weight, x), { axes: [1] })';
const config = (more: string, apply = MEAN): string => `
import { adam, layer, linear, ndarray, parameter, sequential } from '@descent/core';
import { gather, mean, mul } from '@descent/core/ops';
import { defineConfig } from '@descent/cli';
const n = 24;
const x = ndarray('int32', [n, 6], Int32Array.from({ length: n * 6 }, (_, i) => (i * i) % 11));
const y = ndarray('int32', [n], Int32Array.from({ length: n }, (_, i) => i % 2));
const embedding = layer('embedding', { weight: parameter([11, 4]) }, (x, { weight }) => ${apply});
export default defineConfig({
  model: sequential(embedding, linear(4, 2)),
  data: { train: { x, y, classes: ['no', 'yes'] } },
  optimizer: adam(), epochs: 1, batchSize: 8, backend: 'reference', ${more}
});`;

const train = (more: string, apply = MEAN) => {
  const path = folder({ 'a.ts': config(more, apply) });
  return descent(path, 'train', 'a.ts', '--out', 'run', '-q').then((result) => ({ ...result, path }));
};

test('the file of a run takes sequences of any length that the config allows, and so does that of descent export', async () => {
  const { path, code, err } = await train("export: { shape: ['time'], axes: { time: { max: 64 } } },");
  expect([code, err]).toEqual([0, '']);
  expect(await descent(path, 'export', 'run', '--output', 'again.onnx')).toMatchObject({ code: 0, err: '' });
  for (const name of ['run/model.onnx', 'again.onnx']) {
    const file = await loadOnnx(join(path, name));
    expect([file.input.shape, file.labels]).toEqual([
      [-1, -1],
      ['no', 'yes'],
    ]);
    const ask = (time: number) => file.predict(ndarray('int32', [3, time], new Int32Array(3 * time)));
    for (const time of [1, 6, 64]) expect((await ask(time)).shape).toEqual([3, 2]);
    await expect(ask(65)).rejects.toThrow(/from 1 to 64/);
    file.dispose();
  }
});

test('without it, the file takes what the network was trained on', async () => {
  const { path, code } = await train('');
  expect(code).toBe(0);
  const file = await loadOnnx(join(path, 'run', 'model.onnx'));
  expect(file.input.shape).toEqual([-1, 6]);
  file.dispose();
});

test.each<readonly [more: string, message: string]>([
  [
    "export: { shape: ['time', 2] },",
    'export.shape: the shape is not that of the samples\n  received: [time, 2]\n  expected: [6]',
  ],
  ["export: { shape: { x: ['time'] } },", 'export.shape: the shape is not that of the samples\n  received: none'],
  ['export: { shape: [7] },', 'received: [7]\n  expected: [6], with names'],
  ["export: { shape: 'time' },", 'export.shape: received "time", expected the shape of a sample with names'],
  ["export: { shapes: ['time'] },", "export.shapes: unknown key; did you mean 'shape'?"],
  ["export: { shape: ['time'], axes: { tiem: {} } },", "export: axes has no option 'tiem'; did you mean 'time'?"],
  [
    "export: { shape: ['time'], axes: { time: { max: 5 } } },",
    "the size of 'time' is out of its range\n  received: 6\n  expected: from 1 to 5",
  ],
  ["export: { shape: ['batch'] },", 'leave the batch out'],
])('%s is refused before training', async (more, message) => {
  const { code, err, path } = await train(more);
  expect(err).toContain(message);
  expect(code).toBe(2);
  expect(existsSync(join(path, 'run'))).toBe(false);
});

test('a network that cannot have it is refused before training', async () => {
  const scaled = `mul(${MEAN}, 1 / Math.sqrt(x.type.shape[1]))`;
  const { code, err, path } = await train("export: { shape: ['time'] },", scaled);
  expect(err).toContain("export › 0 embedding › constant: the network cannot be exported with 'time' of any size");
  expect(code).toBe(2);
  expect(existsSync(join(path, 'run'))).toBe(false);
});
