import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx } from '@descent/backend-onnx';
import {
  conv2d,
  flatten,
  initParameters,
  linear,
  maxPool2d,
  relu,
  rescale,
  sequential,
  summarize,
} from '@descent/core';
import { beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { buildModel } from '../src/public/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'descent-imported-'));
const inside = join(folder, 'inside');
const net = sequential(flatten(), linear(784, 4), relu(), linear(4, 3));
const parameters = initParameters(net, 7);

beforeAll(async () => {
  mkdirSync(inside);
  const { bytes } = await exportOnnx(net, { parameters, sample: { shape: [1, 28, 28] }, verify: false });
  writeFileSync(join(folder, 'net.onnx'), bytes);
  writeFileSync(join(inside, 'net.onnx'), bytes);
});

async function modelOf(model: unknown): Promise<Awaited<ReturnType<typeof loadConfig>>['model']> {
  const file = join(inside, 'my.json');
  writeFileSync(file, JSON.stringify({ model, data: 'mnist', optimizer: ['sgd', { lr: 0.1 }] }));
  return (await loadConfig(file, folder)).model;
}

test('a config names an ONNX file, whose numbers the network starts with', async () => {
  const model = await modelOf({ importOnnx: 'net.onnx' });
  const started = initParameters(model, 0);
  expect(Object.keys(started)).toEqual(Object.keys(parameters));
  for (const [name, array] of Object.entries(parameters)) expect(started[name]).toEqual(array);
});

test('layers of it are replaced, and others put around it', async () => {
  const model = await modelOf([
    ['rescale', 0.5],
    { importOnnx: 'net.onnx', replace: { 3: ['linear', 4, 10] } },
    'tanh',
  ]);
  expect(model.parameters.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
    '1.1.weight 4,784',
    '1.1.bias 4',
    '1.3.weight 10,4',
    '1.3.bias 10',
  ]);
});

test('what has no weights is a layer, too, also where one of ours has become several operators', async () => {
  const lenet = sequential(rescale(1 / 255), conv2d(1, 2, 5), relu(), maxPool2d(2), flatten(), linear(288, 3));
  const sample = { shape: [1, 28, 28], dtype: 'uint8' } as const;
  const { bytes } = await exportOnnx(lenet, { parameters: initParameters(lenet, 1), sample, verify: false });
  writeFileSync(join(inside, 'lenet.onnx'), bytes);
  const model = await modelOf({ importOnnx: 'lenet.onnx' });
  const rows = summarize(model, sample).rows.map(({ path, label }) => `${path} ${label}`);
  expect(rows).toEqual(['0 rescale', '1 conv2d(1 → 2)', '3.MaxPool maxPool', '3.Relu relu', '5 linear(288 → 3)']);
});

test.each(['^3', ['3.weight', '3.bias']])('trainable is a pattern or names: %j', async (trainable) => {
  const model = await modelOf({ importOnnx: 'net.onnx', trainable });
  const trained = model.parameters.filter((p) => p.trainable !== false).map(({ name }) => name);
  expect(trained).toEqual(['3.weight', '3.bias']);
});

test.each([
  ['a file elsewhere', { importOnnx: '../net.onnx' }, 'of its own folder only'],
  ['a file that is not there', { importOnnx: 'other.onnx' }, 'there is no such file'],
  ['a layer that is not there', { importOnnx: 'net.onnx', replace: { head: ['linear', 4, 10] } }, 'no such layer'],
  ['no such tensor', { importOnnx: 'net.onnx', trainable: ['head'] }, 'trainable names no float tensor'],
  ['a pattern that is none', { importOnnx: 'net.onnx', trainable: '(' }, 'model'],
  ['no names', { importOnnx: 'net.onnx', trainable: [] }, 'model'],
  ['another key', { importOnnx: 'net.onnx', freeze: true }, 'model'],
  ['no text', { importOnnx: 3 }, 'model'],
])('%s is refused', async (_, model, message) => {
  await expect(modelOf(model)).rejects.toThrow(message);
});

test('what only the command line reads is refused in a page', () => {
  expect(() => buildModel({ importOnnx: 'net.onnx' })).toThrow('has not been read');
});
