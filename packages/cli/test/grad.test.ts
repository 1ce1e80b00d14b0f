import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportOnnx, loadOnnx } from '@descent/backend-onnx';
import { flatten, initParameters, linear, ndarray, sequential } from '@descent/core';
import { expect, test } from 'vitest';
import { descent, folder, tinyConfig } from './helpers.ts';

const network = sequential(flatten(), linear(4, 3));

async function withModel(): Promise<string> {
  const { bytes } = await exportOnnx(network, {
    parameters: initParameters(network, 0),
    sample: { shape: [2, 2] },
    labels: ['a', 'b', 'c'],
    names: { input: 'pixels', output: 'scores' },
  });
  return folder({ 'model.onnx': bytes });
}

test('descent grad writes the gradients of an ONNX file, by its names', async () => {
  const root = await withModel();
  const { code, out, err } = await descent(
    root,
    'grad',
    'model.onnx',
    '--wrt',
    'input,weights',
    '--of',
    'class',
    '--json',
  );
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toEqual({
    file: 'gradients.onnx',
    inputs: ['pixels', 'class'],
    outputs: ['scores', 'value', 'gradient/pixels', 'gradient/1.weight', 'gradient/1.bias'],
    gradients: { input: 'gradient/pixels', '1.weight': 'gradient/1.weight', '1.bias': 'gradient/1.bias' },
  });
  const file = await loadOnnx(join(root, 'gradients.onnx'));
  const got = await file.run({
    pixels: ndarray('float32', [1, 2, 2], Float32Array.of(1, 2, 3, 4)),
    class: ndarray('int32', [1], Int32Array.of(2)),
  });
  const weight = initParameters(network, 0)['1.weight']?.data as Float32Array;
  expect(Array.from(got['gradient/pixels']?.data ?? [])).toEqual(Array.from(weight.slice(8, 12)));
  expect(Array.from(got['gradient/1.weight']?.data ?? [])).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
  expect(file.labels).toEqual(['a', 'b', 'c']);
  file.dispose();
});

test('descent grad takes the loss of a config or a run', async () => {
  const root = folder({ 'halves.ts': tinyConfig() });
  const config = await descent(root, 'grad', 'halves.ts', '--of', 'loss', '--wrt', 'weights', '--out', 'fresh.onnx');
  expect([config.code, config.err]).toEqual([0, '']);
  expect(config.out).toMatch(/^fresh\.onnx: .*\ntakes input, target\ngives logits, value, gradient\//);
  const trained = await descent(root, 'train', 'halves.ts', '--out', 'run', '--epochs', '1', '-q');
  expect(trained.code).toBe(0);
  const run = await descent(root, 'grad', 'run', '--of', 'loss', '--wrt', 'weights', '--weights', 'weight');
  expect([run.code, run.err]).toEqual([0, '']);
  expect(run.out).not.toMatch(/bias/);
});

test('descent grad lets a file take floats where it had bytes, which have no gradients', async () => {
  const root = folder({ 'halves.ts': tinyConfig() });
  expect((await descent(root, 'train', 'halves.ts', '--out', 'run', '-q')).code).toBe(0);
  for (const network of ['run', 'halves.ts']) {
    const { code, err } = await descent(root, 'grad', network, '--of', 'class', '--wrt', 'input,weights');
    expect([code, err]).toEqual([0, 'note: the file takes floats in place of bytes, which have no gradients\n']);
    const file = await loadOnnx(join(root, 'gradients.onnx'));
    const x = ndarray('float32', [1, 1, 4, 4], new Float32Array(16).fill(100));
    const got = await file.run({ input: x, class: ndarray('int32', [1], Int32Array.of(1)) });
    const weights = got[Object.keys(got).find((name) => name.endsWith('weight')) as string]?.data ?? [];
    // Of a linear network the gradient of the weights is what they are given: 100 / 255, in the row of the class.
    expect(weights[16]).toBeCloseTo(100 / 255, 5);
    expect(got['gradient/input']?.shape).toEqual([1, 1, 4, 4]);
    // Of a run it says what pictures become, in floats now.
    const said = { width: 4, height: 4, channels: 1, dtype: 'float32', range: [0, 255] };
    if (network === 'run') expect(file.preprocessing).toMatchObject(said);
    if (network === 'run') expect(file.labels).toEqual(['left', 'right']);
    file.dispose();
  }
  const ofFile = await descent(root, 'grad', 'run/model.onnx');
  expect([ofFile.code, ofFile.err]).toEqual([
    2,
    expect.stringMatching(/takes bytes.*\n.*\n.*give the run or the config/),
  ]);
});

test('descent grad refuses what it cannot do, with the code of a wrong command line', async () => {
  const root = await withModel();
  writeFileSync(join(root, 'broken.onnx'), 'no model');
  for (const [argv, wanted, message] of [
    [['model.onnx', '--opset', '3'], 2, /from 13 to 26/],
    [['model.onnx', '--wrt', 'inputs'], 2, /'input', 'weights' or 'input,weights'/],
    [['model.onnx', '--of', 'los'], 2, /did you mean 'loss'/],
    [['model.onnx', '--weights', 'a'], 2, /--wrt weights/],
    [['model.onnx', '--wrt', 'weights', '--weights', '('], 2, /regular expression/],
    [['model.onnx', '--of', 'loss', '--output', 'logits'], 2, /leave --output out/],
    [['broken.onnx'], 1, /broken\.onnx/],
    [['none.onnx'], 1, /none\.onnx/],
  ] as const) {
    const { code, err } = await descent(root, 'grad', ...argv);
    expect([code, err]).toEqual([wanted, expect.stringMatching(message)]);
  }
  expect(readdirSync(root).sort()).toEqual(['broken.onnx', 'model.onnx']);
});
