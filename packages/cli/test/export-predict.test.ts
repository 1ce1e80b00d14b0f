import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flatten, initParameters, linear, type NDArray, sequential } from '@descent/core';
import { writePng } from '@descent/datasets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportOnnx } from '../src/onnx.ts';
import { descent, folder, readJson, tinyConfig } from './helpers.ts';

/** A picture that is bright on one side, of any size. */
function half(side: 'left' | 'right', size = 4): NDArray {
  const data = Uint8Array.from({ length: size * size }, (_, p) =>
    p % size < size / 2 === (side === 'left') ? 230 : 5,
  );
  return { dtype: 'uint8', shape: [size, size], data };
}

/** The arrays of the tiny config do not say how a picture becomes one of them. */
const ASSUMED =
  'note: the model does not say how its pictures were prepared; taken as grey 4 × 4, black 0, white 255, fit contain, invert false (--fit, --invert and --range change that)\n';

/** Holds the run `run`, and the pictures `left.png`, `right.png`, and `large.png`, which is bright on the right. */
let prepared: string;

beforeAll(async () => {
  prepared = mkdtempSync(join(tmpdir(), 'descent-cli-run-'));
  writeFileSync(join(prepared, 'halves.ts'), tinyConfig());
  const { code, err } = await descent(prepared, 'train', 'halves.ts', '--out', 'run', '--epochs', '6', '-q');
  expect([code, err]).toEqual([0, '']);
  await writePng(join(prepared, 'left.png'), half('left'));
  await writePng(join(prepared, 'right.png'), half('right'));
  await writePng(join(prepared, 'large.png'), half('right', 64));
});
afterAll(() => rmSync(prepared, { recursive: true, force: true }));

/** A copy of the prepared folder, for one test. */
function trained(): string {
  const root = folder();
  cpSync(prepared, root, { recursive: true });
  return root;
}

describe('descent predict', () => {
  test('names what is in the images, with bars', async () => {
    const root = trained();
    const { code, out, err } = await descent(
      root,
      'predict',
      'run/model.onnx',
      'left.png',
      'right.png',
      'large.png',
      '--invert',
      'false',
    );
    expect(err).toBe(ASSUMED);
    expect(code).toBe(0);
    const lines = out.trim().split('\n');
    expect(lines.filter((l) => !l.startsWith(' '))).toEqual(['left.png: left', 'right.png: right', 'large.png: right']);
    expect(lines[1]).toMatch(/^ {2}left +\d+\.\d\d % {2}█+/);
  });

  test('asks the network of a run on any backend, and gets what the ONNX file says', async () => {
    const root = trained();
    const ask = async (...argv: readonly string[]) => {
      const { code, out, err } = await descent(
        root,
        'predict',
        ...argv,
        'left.png',
        'large.png',
        '--invert',
        'false',
        '--json',
      );
      expect([code, err]).toEqual([0, ASSUMED]);
      return JSON.parse(out) as { image: string; predictions: { label: string; probability: number }[] }[];
    };
    const expected = await ask('run/model.onnx');
    for (const backend of [[], ['--backend', 'onnx:cpu'], ['--backend', 'tfjs:cpu']]) {
      const actual = await ask('run', ...backend);
      expect(actual.map(({ predictions }) => predictions.map((p) => p.label))).toEqual([
        ['left', 'right'],
        ['right', 'left'],
      ]);
      for (const [i, { predictions }] of actual.entries()) {
        for (const [j, { probability }] of predictions.entries())
          expect(probability).toBeCloseTo(expected[i]?.predictions[j]?.probability as number, 5);
      }
    }
    const file = await descent(root, 'predict', 'run/model.onnx', 'left.png', '--backend', 'tfjs:cpu');
    expect([file.code, file.err]).toEqual([1, expect.stringContaining('an ONNX file runs on ONNX Runtime')]);
    const none = await descent(root, 'predict', '.', 'left.png');
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('there is no run in this folder')]);
  });

  test('prints JSON, with as many classes as asked for', async () => {
    const root = trained();
    const { out } = await descent(
      root,
      'predict',
      'run/model.onnx',
      'left.png',
      '--invert',
      'false',
      '--json',
      '--top',
      '2',
    );
    const [{ image, predictions }] = JSON.parse(out) as [
      { image: string; predictions: { label: string; probability: number }[] },
    ];
    expect(image).toBe('left.png');
    expect(predictions.map((p) => p.label)).toEqual(['left', 'right']);
    expect((predictions[0]?.probability ?? 0) + (predictions[1]?.probability ?? 0)).toBeCloseTo(1, 5);
    const one = await descent(root, 'predict', 'run/model.onnx', 'left.png', '--json', '--top', '1');
    expect((JSON.parse(one.out) as [{ predictions: unknown[] }])[0].predictions).toHaveLength(1);
  });

  test('--invert exchanges dark and bright', async () => {
    const root = trained();
    const { out } = await descent(root, 'predict', 'run/model.onnx', 'left.png', '--invert', 'true', '--top', '1');
    expect(out).toMatch(/^left\.png: right\n/);
  });

  test.each([
    ['no such model', ['none.onnx', 'left.png'], 1, 'none.onnx: the model file cannot be read'],
    ['not a model', ['left.png', 'left.png'], 1, 'left.png: this is not an ONNX model'],
    ['an empty model', ['empty.onnx', 'left.png'], 1, 'empty.onnx'],
    ['no such image', ['run/model.onnx', 'none.png'], 1, 'none.png: the file cannot be opened'],
    [
      'not an image',
      ['run/model.onnx', 'run/run.json'],
      1,
      'run.json at byte 0: this is not an image that Descent reads',
    ],
    ['a cut image', ['run/model.onnx', 'cut.png'], 1, 'cut.png: the image is corrupt or truncated'],
    [
      'a model of vectors',
      ['vectors.onnx', 'left.png'],
      1,
      "vectors.onnx: this model does not take images\n  received: input 'input': float32[batch, 16]",
    ],
    ['no image at all', ['run/model.onnx'], 2, "missing required argument 'images'"],
    [
      'a wrong word',
      ['run/model.onnx', 'left.png', '--invert', 'ture'],
      2,
      "Expected auto, true, false; did you mean 'true'?",
    ],
    ['no number', ['run/model.onnx', 'left.png', '--top', 'three'], 2, 'Expected a whole number of at least 1.'],
  ])('%s', async (_, argv, expected, message) => {
    const root = trained();
    writeFileSync(join(root, 'empty.onnx'), '');
    writeFileSync(join(root, 'cut.png'), readFileSync(join(root, 'large.png')).subarray(0, 60));
    const model = sequential(linear(16, 2));
    await exportOnnx(model, {
      parameters: initParameters(model, 0),
      sample: { shape: [16] },
      path: join(root, 'vectors.onnx'),
      labels: [],
      preprocessing: null,
      inputs: { dtype: 'float32', shape: [1, 16], data: new Float32Array(16) },
    });
    const { code, err } = await descent(root, 'predict', ...argv);
    expect(err).toContain(message);
    expect(code).toBe(expected);
  });

  test('a model of floats gets pixels from 0 to 1', async () => {
    const root = folder();
    const model = sequential(flatten(), linear(16, 2));
    const weight = new Float32Array(32).map((_, i) => (i < 16 ? 1 / 16 : 0));
    await exportOnnx(model, {
      parameters: {
        '1.weight': { dtype: 'float32', shape: [2, 16], data: weight },
        '1.bias': { dtype: 'float32', shape: [2], data: new Float32Array(2) },
      },
      sample: { shape: [1, 4, 4] },
      path: join(root, 'floats.onnx'),
      labels: ['mean', 'zero'],
      preprocessing: null,
      inputs: { dtype: 'float32', shape: [1, 1, 4, 4], data: new Float32Array(16) },
    });
    await writePng(join(root, 'white.png'), { dtype: 'uint8', shape: [4, 4], data: new Uint8Array(16).fill(255) });
    const { out } = await descent(root, 'predict', 'floats.onnx', 'white.png', '--json', '--top', '1');
    const [{ predictions }] = JSON.parse(out) as [{ predictions: [{ label: string; probability: number }] }];
    expect(predictions[0].label).toBe('mean');
    expect(predictions[0].probability).toBeCloseTo(Math.E / (Math.E + 1), 5);
  });
});

describe('descent export', () => {
  test('writes and proves a file, with a softmax and a fixed batch where asked for', async () => {
    const root = trained();
    const { code, out } = await descent(
      root,
      'export',
      'run',
      '--softmax',
      '--batch',
      '3',
      '--opset',
      '18',
      '--output',
      'out.onnx',
    );
    expect(code).toBe(0);
    expect(out).toMatch(
      /^out\.onnx: \d+ (bytes|kB)\ndiffers from the network by \d\.\de-\d+ at most, on 3 real samples\n$/,
    );
    const probabilities = async (file: string): Promise<unknown> =>
      JSON.parse((await descent(root, 'predict', file, 'left.png', '--json')).out);
    const [fixed, plain] = [await probabilities('out.onnx'), await probabilities('run/model.onnx')];
    const [{ predictions }] = fixed as [{ predictions: { probability: number }[] }];
    const [{ predictions: expected }] = plain as [{ predictions: { probability: number }[] }];
    expect(predictions[0]?.probability).toBeCloseTo(expected[0]?.probability ?? 0, 5);
  });

  test('works from the copy of the config, when the config has changed or is gone', async () => {
    const root = trained();
    rmSync(join(root, 'halves.ts'));
    rmSync(join(root, 'run', 'model.onnx'));
    expect(await descent(root, 'export', 'run')).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(root, 'run', 'model.onnx')).length).toBeGreaterThan(100);
  });

  test('weights of another network are refused by name', async () => {
    const root = trained();
    const config = join(root, 'run', 'config.ts');
    writeFileSync(config, readFileSync(config, 'utf8').replace('linear(16, 2)', 'linear(16, 3)'));
    const { code, err } = await descent(root, 'export', 'run');
    expect(err).toContain('the weights in run belong to another network');
    expect(err).toContain('2.weight is [2, 16], not [3, 16]');
    expect(code).toBe(1);
  });

  test.each([
    ['no run', ['none'], 1, 'there is no run in this folder: run.json cannot be read'],
    ['a damaged record', ['damaged'], 1, 'run.json: this does not describe a run'],
    ['a record that points elsewhere', ['elsewhere'], 1, 'config.file'],
    ['damaged weights', ['run'], 1, 'model.safetensors: this is not an intact safetensors file'],
    ['a batch of nothing', ['run', '--batch', '0'], 2, "Expected 'dynamic' or a whole number of at least 1."],
    ['a batch that is no number', ['run', '--batch', 'dynamc'], 2, "Expected 'dynamic' or a whole number"],
    ['an unknown opset', ['healthy', '--opset', '3'], 1, 'this ONNX opset is not supported'],
    [
      'a folder that is not there',
      ['healthy', '--output', 'none/out.onnx'],
      1,
      'out.onnx: the file cannot be written\n  received: the folder is not there (ENOENT)',
    ],
    ['an unknown option', ['run', '--sofmax'], 2, "error: unknown option '--sofmax'\n(Did you mean --softmax?)"],
  ])('%s', async (_, argv, expected, message) => {
    const root = trained();
    for (const name of ['healthy', 'damaged', 'elsewhere'])
      cpSync(join(root, 'run'), join(root, name), { recursive: true });
    writeFileSync(join(root, 'damaged', 'run.json'), '{ "descent": 1 }');
    const record = readJson(root, 'elsewhere', 'run.json') as { config: object };
    const moved = { ...record, config: { ...record.config, file: '../../secret.ts' } };
    writeFileSync(join(root, 'elsewhere', 'run.json'), JSON.stringify(moved));
    writeFileSync(
      join(root, 'run', 'model.safetensors'),
      readFileSync(join(root, 'run', 'model.safetensors')).subarray(0, 50),
    );
    const { code, err } = await descent(root, 'export', ...argv);
    expect(err).toContain(message);
    expect(code).toBe(expected);
  });
});
