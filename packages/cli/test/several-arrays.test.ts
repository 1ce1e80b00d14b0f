// A network of several inputs, trained on the arrays of a file of numpy.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOnnx } from '@descent/backend-onnx';
import { ndarray } from '@descent/core';
import { npyBytes } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import { descent, folder, lastNumbers, readJson } from './helpers.ts';
import { stored } from './stored.ts';

const N = 40;
const range = (n: number, f: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => f(i));

const ARRAYS = {
  'picture.npy': npyBytes(
    ndarray('uint8', [N, 1, 4, 4], Uint8Array.from(range(N * 16, (i) => ((i >> 4) % 2 === 0 ? 200 : i % 9)))),
  ),
  'numbers.npy': npyBytes(ndarray('float32', [N, 2], Float32Array.from(range(N * 2, (i) => ((i >> 2) % 2) - 0.5)))),
  'label.npy': npyBytes(ndarray('int32', [N], Int32Array.from(range(N, (i) => i % 2)))),
  'short.npy': npyBytes(ndarray('float32', [N - 1, 2], new Float32Array(2 * N - 2))),
};

function config(data: string, more = ''): string {
  return `
import { flatten, layer, linear, rescale, sequential, sgd } from '@descent/core';
import { concat } from '@descent/core/ops';
import { defineConfig } from '@descent/cli';
const model = layer(
  'two',
  { see: sequential(rescale(1 / 255), flatten()), decide: linear(18, 2) },
  ({ picture, numbers }, { see, decide }) => decide(concat([see(picture), numbers], 1)),
);
export default defineConfig({
  model, data: ${data}, optimizer: sgd({ lr: 0.5 }), batchSize: 8, epochs: 4, backend: 'reference', ${more}
});
`;
}

const DATA = "{ npz: 'rooms.npz', x: ['picture', 'numbers'], y: 'label', test: 0.25 }";
const root = (data: string, more?: string): string =>
  folder({ 'rooms.npz': stored(ARRAYS), 'a.config.js': config(data, more) });

describe('a run on several arrays', () => {
  async function trained(): Promise<string> {
    const path = root(DATA);
    const { err, code } = await descent(path, 'train', 'a.config.js', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    expect(await lastNumbers(path, 'run')).toMatchObject({ test_accuracy: 1 });
    return path;
  }

  test('has a file with their names, which computes what was trained', async () => {
    const path = await trained();
    const file = await loadOnnx(join(path, 'run', 'model.onnx'));
    expect(file.inputs.map(({ name, shape }) => [name, shape.slice(1)])).toEqual([
      ['picture', [1, 4, 4]],
      ['numbers', [2]],
    ]);
    file.dispose();
  });

  test('has a record and a report that tell of each', async () => {
    const path = await trained();
    expect(readJson(path, 'run', 'run.json')).toMatchObject({
      sample: { picture: { shape: [1, 4, 4], dtype: 'uint8' }, numbers: { shape: [2], dtype: 'float32' } },
      image: null,
    });
    expect(readFileSync(join(path, 'run', 'report.html'), 'utf8')).toContain(
      'picture uint8 [1, 4, 4], numbers float32 [2]',
    );
  });

  test('is summed up and exported again', async () => {
    const path = await trained();
    expect((await descent(path, 'summary', 'a.config.js')).out).toContain(
      'rooms.npz, samples picture uint8[1, 4, 4], numbers float32[2]',
    );
    expect(await descent(path, 'export', 'run', '--output', 'again.onnx', '--batch', '2')).toMatchObject({
      code: 0,
      err: '',
    });
    expect(existsSync(join(path, 'again.onnx'))).toBe(true);
  });

  test.each(['run', 'run/model.onnx'])('predict refuses %s, since a picture is not all it takes', async (model) => {
    const path = await trained();
    writeFileSync(join(path, 'a.png'), '');
    const { code, err } = await descent(path, 'predict', model, 'a.png');
    expect(code).not.toBe(0);
    expect(err).toContain('the network takes several arrays, not a picture');
    expect(err).toContain('received: picture uint8[');
  });
});

describe('arrays of a config', () => {
  const own = (b: string): string =>
    `{ train: { x: { picture: ndarray('uint8', [4, 1, 4, 4], new Uint8Array(64)), numbers: ${b} }, y: ndarray('int32', [4], Int32Array.of(0, 1, 0, 1)), classes: ['a', 'b'] } }`;
  const write = (b: string): string =>
    folder({ 'a.config.js': config(own(b)).replace('import { flatten', 'import { ndarray, flatten') });

  test('may be several, too', async () => {
    const path = write("ndarray('float32', [4, 2], new Float32Array(8))");
    expect(await descent(path, 'train', 'a.config.js', '--out', 'run', '-q')).toMatchObject({ code: 0, err: '' });
    expect(existsSync(join(path, 'run', 'model.onnx'))).toBe(true);
  });

  test.each([
    ["ndarray('float32', [3, 2], new Float32Array(6))", 'x.numbers has 3 rows, y has 4'],
    ["{ dtype: 'float32', shape: [4, 2], data: new Float32Array(3) }", 'x.numbers has the shape [4, 2] and 3 numbers'],
    ['[1, 2]', 'x.numbers is no array { dtype, shape, data }'],
    ['7', 'x is no array { dtype, shape, data }'],
  ])('%s', async (b, message) => {
    const { code, err } = await descent(write(b), 'summary', 'a.config.js');
    expect(code).not.toBe(0);
    expect(err).toContain(message);
  });
});

describe('what does not fit is told', () => {
  test.each([
    [
      "{ npz: 'rooms.npz', x: ['picture', 'numbres'], y: 'label' }",
      '',
      "there is no array 'numbres' in rooms.npz; did you mean 'numbers'?",
    ],
    [
      "{ npz: 'rooms.npz', x: ['picture', 'short'], y: 'label' }",
      '',
      'received: picture [40, 1, 4, 4], short [39, 2], label [40]',
    ],
    ["{ npz: 'rooms.npz', x: [], y: 'label' }", '', 'data.x'],
    [
      "{ npz: 'rooms.npz', x: ['picture', 'numbers'], y: 'label', shape: [16] }",
      '',
      'a shape is for samples of one array',
    ],
    [
      DATA,
      "transform: [['toFloat']]",
      'transforms of a config are for samples of one array\n  received: samples of several: picture, numbers',
    ],
    [DATA, "augment: [['randomHorizontalFlip']]", 'transforms of a config are for samples of one array'],
  ])('%s %s', async (data, more, message) => {
    const { code, err } = await descent(root(data, more), 'summary', 'a.config.js');
    expect(code).not.toBe(0);
    expect(err).toContain(message);
  });
});

test('sequences are cut to their lengths, batch by batch, and train as uncut ones do', async () => {
  const lengths = range(N, (i) => 1 + (i % 6));
  const arrays = {
    'tokens.npy': npyBytes(
      ndarray(
        'int32',
        [N, 9],
        Int32Array.from(range(N * 9, (i) => (i % 9 < 1 + (Math.floor(i / 9) % 6) ? 1 + (i % 4) : 0))),
      ),
    ),
    'lengths.npy': npyBytes(ndarray('int32', [N], Int32Array.from(lengths))),
    'label.npy': npyBytes(
      ndarray(
        'int32',
        [N],
        Int32Array.from(lengths, (length) => (length > 3 ? 1 : 0)),
      ),
    ),
  };
  const program = (augment: string): string => `
import { embedding, gru, layer, linear, sgd } from '@descent/core';
import { defineConfig } from '@descent/cli';
const model = layer(
  'lengths',
  { embed: embedding(5, 3), gru: gru(3, 4, { return: 'last' }), head: linear(4, 2) },
  ({ tokens, lengths }, { embed, gru, head }) => head(gru({ x: embed(tokens), lengths })),
);
export default defineConfig({
  model, data: { npz: 'a.npz', x: ['tokens', 'lengths'], y: 'label', tokens: ['tokens', 'lengths'], test: 0.25 }, optimizer: sgd({ lr: 0.5 }),
  batchSize: 8, epochs: 2, backend: 'reference', ${augment}
});
`;
  const cut = "augment: [['trimPadding', { bounds: [4, 6] }]],";
  const path = folder({ 'a.npz': stored(arrays), 'a.config.js': program(''), 'b.config.js': program(cut) });
  const epochs = async (name: string): Promise<readonly string[]> => {
    const { out, err, code } = await descent(path, 'train', `${name}.config.js`, '--out', name);
    expect([code, err]).toEqual([0, '']);
    return out.split('\n').flatMap((line) => line.match(/^ +\d\/\d +[\d.e-]+/)?.[0] ?? []);
  };
  const whole = await epochs('a');
  expect(whole).toHaveLength(2);
  expect(await epochs('b')).toEqual(whole);
});
