import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors, flatten, initParameters, linear, type NDArray, sequential } from '@descent/core';
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
    expect([file.code, file.err]).toEqual([2, expect.stringContaining('an ONNX file runs on ONNX Runtime')]);
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
    ['no such model', ['none.onnx', 'left.png'], 1, 'none.onnx: there is no such file or folder'],
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
    ['no image at all', ['run/model.onnx'], 2, 'what to ask about is not said'],
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
      '--out',
      'out.onnx',
    );
    expect(code).toBe(0);
    expect(out).toMatch(
      /^out\.onnx: \d+ (bytes|kB)\ncomputes (exactly )?what the network computes.*, on 3 real samples\n$/,
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
    ['a file of a run', ['run/model.onnx'], 1, 'model.onnx: this is a file, not the folder of a run'],
    ['a damaged record', ['damaged'], 1, 'run.json: this does not describe a run'],
    ['a record that points elsewhere', ['elsewhere'], 1, 'config.file'],
    ['damaged weights', ['run'], 1, 'model.safetensors: this is not an intact safetensors file'],
    ['a batch of nothing', ['run', '--batch', '0'], 2, "Expected 'dynamic' or a whole number of at least 1."],
    ['a batch that is no number', ['run', '--batch', 'dynamc'], 2, "Expected 'dynamic' or a whole number"],
    ['an unknown opset', ['healthy', '--opset', '3'], 2, 'a whole number from 13 to 26'],
    [
      'a folder that is not there',
      ['healthy', '--out', 'none/out.onnx'],
      1,
      'out.onnx: the model cannot be written there\n  received: no folder ',
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

describe('descent export --training', () => {
  const FILES = ['evaluate.onnx', 'manifest.json', 'predict.onnx', 'state.safetensors', 'train_step.onnx'];

  test('writes the training step of a config, and of a run from its weights on', async () => {
    const root = trained();
    const fresh = await descent(root, 'export', 'halves.ts', '--training', 'deep/steps', '--batch', '4');
    expect([fresh.code, fresh.err]).toEqual([0, '']);
    expect(fresh.out).toMatch(/train_step\.onnx: .*\n.*a step takes 4 samples; manifest\.json says what to feed/s);
    expect(readdirSync(join(root, 'deep/steps')).sort()).toEqual(FILES);
    const manifest = readJson(root, 'deep/steps', 'manifest.json') as { batchSize: number; labels: readonly string[] };
    expect([manifest.batchSize, manifest.labels]).toEqual([4, ['left', 'right']]);
    const after = await descent(root, 'export', 'run', '--training', 'steps');
    expect([after.code, after.err]).toEqual([0, '']);
    const state = (name: string): Readonly<Record<string, NDArray>> =>
      decodeSafetensors(readFileSync(join(root, name))).tensors;
    const weights = state('run/model.safetensors');
    for (const [name, array] of Object.entries(weights))
      expect(state('steps/state.safetensors')[`parameters/${name}`]).toEqual(array);
  });

  test('refuses what does not go with it, and a config that is not there', async () => {
    const root = trained();
    for (const [option, ...more] of [['--softmax'], ['--out', 'x.onnx'], ['--batch', 'dynamic']]) {
      const { code, err } = await descent(root, 'export', 'run', '--training', 'steps', option as string, ...more);
      expect(code).toBe(2);
      expect(err).toMatch(/--training goes with other options/);
    }
    const { code, err } = await descent(root, 'export', 'none.ts', '--training', 'steps');
    expect(code).toBe(1);
    expect(err).toMatch(/no such config file/);
    expect(readdirSync(root)).not.toContain('steps');
  });
});

describe('descent export --format', () => {
  test('puts a run into a model repository, and a second version beside the first', async () => {
    const root = trained();
    const argv = ['export', 'run', '--format', 'triton', '--out', 'models', '--name', 'halves'] as const;
    const { code, out, err } = await descent(root, ...argv, '--softmax', '--max-batch', '8');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^computes what .*\nmodels\/halves\/1\/model\.onnx: .*\n.*labels\.txt: .*\n.*config\.pbtxt: .*\nmodel 'halves', version 1: up to 8 samples are computed at once\n$/s,
    );
    expect(readFileSync(join(root, 'models/halves/labels.txt'), 'utf8')).toBe('left\nright\n');
    expect(readFileSync(join(root, 'models/halves/config.pbtxt'), 'utf8')).toMatch(
      /TYPE_UINT8\n {4}dims: \[ 1, 4, 4 \]/,
    );
    expect((await descent(root, ...argv)).err).toMatch(/--config keep leaves it as it is/);
    const kept = await descent(root, ...argv, '--config', 'keep', '--max-batch', '0', '--model-version', '9');
    expect(kept.out).toMatch(/version 9: config\.pbtxt is as it was/);
    rmSync(join(root, 'models/halves/9'), { recursive: true });
    expect((await descent(root, ...argv, '--config', 'replace')).out).toMatch(/version 2: up to 32 samples/);
    const kserve = ['--format', 'kserve', '--out', 'cluster', '--storage', 'pvc://claim/models'] as const;
    const file = await descent(root, 'export', 'run/model.onnx', ...kserve);
    expect([file.code, file.err]).toEqual([0, '']);
    expect(readdirSync(join(root, 'cluster')).sort()).toEqual(['model', 'model.yaml']);
  });

  test.each([
    [['--format', 'triton'], 2, 'without --out'],
    [['--name', 'x'], 2, '--name goes with --format triton or kserve'],
    [['--format', 'triton', '--out', 'm', '--storage', 's3://m'], 2, '--storage goes with --format kserve'],
    [['--format', 'kserve', '--out', 'm'], 2, 'without --storage'],
    [['--format', 'kserve', '--out', 'm', '--storage', 'ftp://m'], 2, '--storage: KServe fetches no models from there'],
    [['--format', 'triton', '--out', 'm', '--opset', '18'], 2, '--opset is for runs'],
    [['--format', 'triton', '--out', 'm', '--name', 'a/b'], 2, '--name: a model cannot be called that'],
    [['--format', 'tritn', '--out', 'm'], 2, "did you mean 'triton'?"],
    [['--format', 'triton', '--out', 'm', '--training', 't'], 2, '--training goes with other options'],
  ])('refuses %j', async (argv, expected, message) => {
    const root = trained();
    const { code, err } = await descent(root, 'export', 'run/model.onnx', ...argv);
    expect(err).toContain(message);
    expect(code).toBe(expected);
    expect(readdirSync(root)).not.toContain('m');
  });
});
