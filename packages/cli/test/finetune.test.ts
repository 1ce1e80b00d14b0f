import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, importOnnx, inspectOnnx, loadOnnx } from '@descent/backend-onnx';
import {
  avgPool2d,
  batchNorm2d,
  branches,
  concat,
  conv2d,
  decodeSafetensors,
  flatten,
  identity,
  initParameters,
  linear,
  type NDArray,
  relu,
  sequential,
} from '@descent/core';
import { writePng } from '@descent/datasets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { picturesFor } from '../src/run/finetune-pictures.ts';
import { descent, folder, readJson } from './helpers.ts';

const network = sequential({
  stem: conv2d(1, 4, 3, { padding: 1 }),
  bn: batchNorm2d(4),
  act: relu(),
  pool: avgPool2d(4),
  flat: flatten(),
  fc: linear(16, 10),
});
let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'descent-finetune-'));
  const { bytes } = await exportOnnx(network, {
    parameters: initParameters(network, 1),
    sample: { shape: [1, 8, 8] },
    opset: 18,
    names: { input: 'pixels', output: 'scores' },
    properties: { author: 'Ada' },
  });
  writeFileSync(join(root, 'net.onnx'), bytes);
  for (const [k, side] of ['left', 'right', 'top'].entries()) {
    mkdirSync(join(root, 'photos', side), { recursive: true });
    for (let i = 0; i < 12; i++) {
      const data = Uint8Array.from({ length: 64 }, (_, p) => {
        const isBright = k === 0 ? p % 8 < 4 : k === 1 ? p % 8 >= 4 : p < 32;
        return isBright ? 200 + i * 4 : i * 3;
      });
      const picture: NDArray = { dtype: 'uint8', shape: [8, 8], data };
      await writePng(join(root, 'photos', side, `${i}.png`), picture);
    }
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const base = (...more: readonly string[]): readonly string[] => [
  'finetune',
  'net.onnx',
  '--data',
  'photos',
  '--backend',
  'onnx:cpu',
  ...more,
];

test('descent finetune teaches a file other classes, and writes it back under its names', async () => {
  const { code, out, err } = await descent(
    root,
    ...base('--out', 'run', '--epochs', '30', '--lr', '0.05', '--batch', '8'),
  );
  expect([code, err]).toEqual([
    0,
    'note: the file does not say how its pictures were prepared; taken as unit (--normalize changes that)\n',
  ]);
  expect(out).toMatch(/^fc: 10 classes become 3: left, right, top\n/);
  expect(out).toMatch(/run\/finetuned\.onnx: .*, as pixels → scores; differs from the network by/);
  expect(readdirSync(join(root, 'run'))).toEqual(
    expect.arrayContaining(['base.onnx', 'config.json', 'finetuned.onnx', 'model.onnx', 'report.html', 'run.json']),
  );
  const bytes = readFileSync(join(root, 'run', 'finetuned.onnx'));
  const file = await loadOnnx(bytes);
  expect([file.input.name, file.output.name, file.labels]).toEqual(['pixels', 'scores', ['left', 'right', 'top']]);
  // It takes what the file took: floats from 0 to 1.
  const x: NDArray = {
    dtype: 'float32',
    shape: [1, 1, 8, 8],
    data: Float32Array.from({ length: 64 }, (_, p) => (p % 8 < 4 ? 0.85 : 0.05)),
  };
  expect((await file.topK(x, 1))[0]?.[0]?.label).toBe('left');
  file.dispose();
  const [before, after] = [await inspectOnnx(readFileSync(join(root, 'net.onnx'))), await inspectOnnx(bytes)];
  expect(after.ops).toEqual(before.ops);
  expect(after.opsets).toEqual(before.opsets);
  expect((await importOnnx(bytes)).properties).toEqual({ author: 'Ada' });
  expect(after.weights.map(({ name }) => name).sort()).toEqual(before.weights.map(({ name }) => name).sort());
  // The run is one like any other.
  const asked = await descent(root, 'predict', 'run', join('photos', 'right', '3.png'));
  expect([asked.code, asked.out.split('\n')[0]]).toEqual([0, `${join('photos', 'right', '3.png')}: right`]);
});

test('a frozen body stays as it is, with its running statistics', async () => {
  const { code, err } = await descent(
    root,
    ...base('--out', 'frozen', '--epochs', '1', '--freeze', 'body', '--normalize', 'signed', '-q'),
  );
  expect([code, err]).toEqual([0, '']);
  const { model } = readJson(root, 'frozen', 'config.json') as { model: readonly unknown[] };
  expect(model).toEqual([
    ['rescale', 2 / 255, -1],
    { importOnnx: 'base.onnx', replace: { fc: ['linear', 16, 3] }, batchNorm: 'running' },
  ]);
  const { parameters } = await importOnnx(join(root, 'net.onnx'));
  const { tensors } = decodeSafetensors(readFileSync(join(root, 'frozen', 'model.safetensors')));
  for (const [name, array] of Object.entries(parameters))
    if (!name.startsWith('fc.')) expect(tensors[`1.${name}`]).toEqual(array);
});

test('what cannot be fine-tuned is refused, and nothing is left behind', async () => {
  const own = folder({ 'net.onnx': readFileSync(join(root, 'net.onnx')) });
  mkdirSync(join(own, 'empty'));
  const { bytes } = await exportOnnx(linear(4, 2), {
    parameters: initParameters(linear(4, 2), 0),
    sample: { shape: [4] },
  });
  writeFileSync(join(own, 'rows.onnx'), bytes);
  const pair = sequential(branches({ numbers: identity(), sizes: identity() }), concat());
  const several = await exportOnnx(pair, {
    parameters: initParameters(pair, 0),
    sample: { numbers: { shape: [2] }, sizes: { shape: [2] } },
  });
  writeFileSync(join(own, 'several.onnx'), several.bytes);
  const photos = join(root, 'photos');
  for (const [argv, wanted, message] of [
    [['net.onnx'], 2, /--data/],
    [['net.onnx', '--data', 'none'], 1, /none/],
    [['net.onnx', '--data', 'empty'], 1, /empty/],
    [['none.onnx', '--data', photos], 1, /none\.onnx/],
    [['rows.onnx', '--data', photos], 2, /takes no pictures/],
    [['several.onnx', '--data', photos], 2, /takes no pictures\n.*2 inputs: numbers, sizes/],
    [['net.onnx', '--data', photos, '--head', 'head'], 1, /no layer with weights/],
    [['net.onnx', '--data', photos, '--freeze', '^layer'], 2, /no weights to freeze/],
    [['net.onnx', '--data', photos, '--freeze', '('], 2, /no regular expression/],
    [['net.onnx', '--data', photos, '--size', '9x9'], 2, /one size/],
    [['net.onnx', '--data', photos, '--size', '9'], 2, /224x224/],
    [['net.onnx', '--data', photos, '--validation', '1'], 2, /below 1/],
    [['net.onnx', '--data', photos, '--backend', 'none'], 2, /none/],
  ] as const) {
    const { code, err } = await descent(own, 'finetune', ...argv);
    expect([argv.join(' '), code, err]).toEqual([argv.join(' '), wanted, expect.stringMatching(message)]);
  }
  expect(
    readdirSync(own)
      .filter((name) => name !== 'runs')
      .sort(),
  ).toEqual(['empty', 'net.onnx', 'rows.onnx', 'several.onnx']);
});

test('pictures become what the file says, or what is asked for', () => {
  const facts = (shape: readonly (number | string)[], dtype = 'float32') =>
    ({ sample: { shape, dtype } }) as Parameters<typeof picturesFor>[0];
  expect(picturesFor(facts([3, 'h', 'w']), { size: [32, 16] })).toMatchObject({
    data: { width: 32, height: 16, channels: 3 },
    layers: [
      ['rescale', 1 / 255],
      ['normalize', [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]],
    ],
  });
  expect(() => picturesFor(facts([3, 'h', 'w']), {})).toThrow(/leaves the size/);
  expect(picturesFor(facts([24, 24, 3]), { normalize: 'none' }).layers).toEqual([
    ['rescale', 1],
    ['permute', [0, 2, 3, 1]],
  ]);
  expect(picturesFor(facts([1, 8, 8], 'uint8'), {}).layers).toEqual([]);
  expect(() => picturesFor(facts([1, 8, 8], 'uint8'), { normalize: 'unit' })).toThrow(/bytes of pixels/);
  const described = {
    ...facts([1, 8, 8]),
    preprocessing: { width: 8, height: 8, channels: 1, fit: 'fill', dtype: 'float32', range: [-1, 1] } as const,
  };
  expect(picturesFor(described, {})).toEqual({
    data: { width: 8, height: 8, channels: 1, fit: 'fill' },
    layers: [['rescale', 2 / 255, -1]],
    assumed: null,
  });
});
