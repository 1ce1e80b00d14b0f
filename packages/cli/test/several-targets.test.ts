// Networks of several outputs, trained on several targets by name, in JSON and in TypeScript.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOnnx } from '@descent/backend-onnx';
import { decodeSafetensors, ndarray } from '@descent/core';
import { npyBytes, readNpz } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import { descent, folder, lastNumbers, readJson } from './helpers.ts';
import { stored } from './stored.ts';

const N = 40;
const range = (n: number, f: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => f(i));
/** The class is the brighter half, the number how bright that is. */
const pixel = (i: number): number => {
  const [sample, p] = [i >> 4, i % 16];
  return p % 4 < 2 === (sample % 2 === 0) ? 100 + 3 * sample : 5;
};
const ARRAYS = {
  'picture.npy': npyBytes(ndarray('uint8', [N, 1, 4, 4], Uint8Array.from(range(N * 16, pixel)))),
  'label.npy': npyBytes(ndarray('int32', [N], Int32Array.from(range(N, (i) => i % 2)))),
  'size.npy': npyBytes(ndarray('float32', [N], Float32Array.from(range(N, (i) => i / N)))),
  'short.npy': npyBytes(ndarray('float32', [N - 1], new Float32Array(N - 1))),
};

const SUM = [
  'weightedSum',
  { loss: ['lossOn', { output: 'class', target: 'label' }, 'crossEntropy'], weight: 1 },
  { loss: ['lossOn', { output: 'bright', target: 'size' }, ['mse']], weight: 2 },
];
const CONFIG = {
  model: [
    ['rescale', 0.00392156862745098],
    'flatten',
    ['parallel', { class: ['sequential', ['linear', 16, 8], 'relu', ['linear', 8, 2]], bright: ['linear', 16, 1] }],
  ],
  data: { npz: 'rooms.npz', x: 'picture', y: ['label', 'size'], test: 0.25 },
  loss: SUM,
  metrics: [
    ['metricOn', { output: 'class', target: 'label' }, 'accuracy'],
    ['metricOn', { output: 'class', target: 'label', name: 'top' }, ['accuracy']],
  ],
  optimizer: ['adam', { lr: 0.02 }],
  batchSize: 10,
  epochs: 15,
  backend: 'reference',
  earlyStopping: { metric: 'test.class_accuracy', patience: 20 },
};
const TYPESCRIPT = `
import { accuracy, adam, crossEntropy, flatten, linear, lossOn, metricOn, mse, parallel, relu, rescale, sequential, weightedSum } from '@descent/core';
import { defineConfig } from '@descent/cli';
export default defineConfig({
  model: sequential(
    rescale(0.00392156862745098), flatten(),
    parallel({ class: sequential(linear(16, 8), relu(), linear(8, 2)), bright: linear(16, 1) }),
  ),
  data: { npz: 'rooms.npz', x: 'picture', y: ['label', 'size'], test: 0.25 },
  loss: weightedSum(
    { loss: lossOn({ output: 'class', target: 'label' }, crossEntropy()), weight: 1 },
    { loss: lossOn({ output: 'bright', target: 'size' }, mse()), weight: 2 },
  ),
  metrics: [
    metricOn({ output: 'class', target: 'label' }, accuracy()),
    metricOn({ output: 'class', target: 'label', name: 'top' }, accuracy()),
  ],
  optimizer: adam({ lr: 0.02 }), batchSize: 10, epochs: 15, backend: 'reference',
  earlyStopping: { metric: 'test.class_accuracy', patience: 20 },
});
`;
const root = (change: object = {}): string =>
  folder({ 'rooms.npz': stored(ARRAYS), 'a.json': JSON.stringify({ ...CONFIG, ...change }), 'a.ts': TYPESCRIPT });

describe('a run on several targets', () => {
  test('learns each, in JSON as in TypeScript, with the same numbers', async () => {
    const path = root();
    for (const name of ['a.json', 'a.ts']) {
      const { err, code } = await descent(path, 'train', name, '--out', name.slice(2));
      expect([code, err]).toEqual([0, '']);
      const learned = { train_class_accuracy: 1, train_top: 1, test_class_accuracy: 1 };
      expect(await lastNumbers(path, name.slice(2))).toMatchObject(learned);
    }
    const weights = (name: string) => readFileSync(join(path, name, 'model.safetensors'));
    expect(Buffer.compare(weights('json'), weights('ts'))).toBe(0);
    expect(Object.keys(decodeSafetensors(weights('json')).tensors).sort()).toEqual(
      ['class.0.weight', 'class.0.bias', 'class.2.weight', 'class.2.bias', 'bright.weight', 'bright.bias']
        .map((p) => `2.${p}`)
        .sort(),
    );
    const summary = await descent(path, 'summary', 'a.json');
    expect(summary).toMatchObject({ code: 0, err: '' });
    expect(summary.out).toMatch(
      /2\.class\.2 +linear\(8 → 2\)(.|\n)*2\.bright +linear\(16 → 1\)(.|\n)*metrics +class_accuracy, top/,
    );
  });

  test('has a file with the names of the outputs, a record and a report, and goes on', async () => {
    const path = root();
    expect((await descent(path, 'train', 'a.json', '--out', 'run', '-q')).code).toBe(0);
    const file = await loadOnnx(join(path, 'run', 'model.onnx'));
    expect(file.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['class', [-1, 2]],
      ['bright', [-1, 1]],
    ]);
    expect(file.outputKinds).toEqual({ class: 'logits', bright: 'values' });
    const picture = ndarray('uint8', [2, 1, 4, 4], Uint8Array.from(range(32, pixel)));
    const { class: scores } = await file.run({ input: picture });
    const [a = 0, b = 0, c = 0, d = 0] = scores?.data ?? [];
    expect([a > b, d > c]).toEqual([true, true]);
    file.dispose();
    expect(readJson(path, 'run', 'run.json')).toMatchObject({ labels: [], sample: { shape: [1, 4, 4] } });
    expect(readFileSync(join(path, 'run', 'report.html'), 'utf8')).toContain('class_accuracy');
    expect(await descent(path, 'export', 'run', '--output', 'again.onnx')).toMatchObject({ code: 0, err: '' });
    expect(await descent(path, 'resume', 'run', '--epochs', '16')).toMatchObject({ code: 0, err: '' });
  });

  test('predict says what each output says, by its name, in every format', async () => {
    const path = root();
    expect((await descent(path, 'train', 'a.json', '--out', 'run', '-q')).code).toBe(0);
    const row = { x: Array.from(range(16, (p) => (p % 4 < 2 ? 160 : 5))) };
    writeFileSync(join(path, 'rows.jsonl'), `${JSON.stringify(row.x)}\n${JSON.stringify(row.x.toReversed())}\n`);
    const file = await loadOnnx(join(path, 'run', 'model.onnx'));
    const expected = await file.run({
      input: ndarray('uint8', [2, 1, 4, 4], Uint8Array.from([...row.x, ...row.x.toReversed()])),
    });
    file.dispose();
    const ask = async (...argv: readonly string[]): Promise<string> => {
      const { code, out, err } = await descent(path, 'predict', ...argv, 'rows.jsonl');
      expect([code, err]).toEqual([0, '']);
      return out;
    };
    const answers = JSON.parse(await ask('run', '--json'));
    expect(
      answers.map(
        ({ outputs }: { outputs: { class: { predictions: { label: string }[] } } }) =>
          outputs.class.predictions[0]?.label,
      ),
    ).toEqual(['0', '1']);
    for (const [i, { outputs }] of answers.entries())
      expect(outputs.bright.values[0]).toBeCloseTo(expected['bright']?.data[i] as number, 5);
    // A file does not say what is a class: it gives numbers.
    const ofFile = JSON.parse(await ask('run/model.onnx', '--json', '--batch', '1'));
    expect(ofFile[1].outputs).toEqual({
      class: { values: Array.from(expected['class']?.data.slice(2) ?? []) },
      bright: { values: [expected['bright']?.data[1]] },
    });
    expect((await ask('run', '--format', 'csv')).split('\n').slice(0, 2)).toEqual([
      'index,input,class,class_probability,bright,error',
      expect.stringMatching(/^0,rows\.jsonl:1,0,0\.\d+,[\d.]+,$/),
    ]);
    expect((await ask('run/model.onnx', '--format', 'csv')).split('\n')[0]).toBe(
      'index,input,class_0,class_1,bright,error',
    );
    expect(await ask('run')).toMatch(/^rows\.jsonl:1:\n {2}class {3}0 \d+\.\d %, 1 \d+\.\d %\n {2}bright {2}[\d.]+\n/);
    await ask('run/model.onnx', '--out', 'all.npz');
    expect(await readNpz(join(path, 'all.npz'))).toMatchObject({ ...expected, index: { data: Int32Array.of(0, 1) } });
  });

  test('takes arrays of a config, too', async () => {
    const own = `
import { adam, crossEntropy, flatten, linear, lossOn, mse, ndarray, parallel, sequential, weightedSum, zeros } from '@descent/core';
import { defineConfig } from '@descent/cli';
const y = { label: ndarray('int32', [4], Int32Array.of(0, 1, 0, 1)), size: SIZE };
export default defineConfig({
  model: sequential(flatten(), parallel({ a: linear(4, 2), b: linear(4, 1) })),
  data: { train: { x: zeros([4, 4]), y } },
  loss: weightedSum(
    { loss: lossOn({ output: 'a', target: 'label' }, crossEntropy()), weight: 1 },
    { loss: lossOn({ output: 'b', target: 'size' }, mse()), weight: 1 },
  ),
  optimizer: adam(), epochs: 1, validation: 0.5, backend: 'reference',
});`;
    const run = (size: string) =>
      descent(folder({ 'a.ts': own.replace('SIZE', size) }), 'train', 'a.ts', '--out', 'run', '-q');
    expect(await run('zeros([4, 1])')).toMatchObject({ code: 0, err: '' });
    expect((await run('zeros([3, 1])')).err).toContain('y.size has 3 rows, y.label has 4');
    expect((await run('[1, 2]')).err).toContain('y.size is no array { dtype, shape, data }');
  });
});

describe('what does not fit is told', () => {
  test.each<readonly [object, string]>([
    [{ loss: undefined }, 'loss: data of several targets need a loss\n  received: targets label, size'],
    [{ loss: 'crossEntropy' }, 'takes one output, and there are several\n  received: class, bright'],
    [
      { loss: ['lossOn', { output: 'class' }, 'crossEntropy'] },
      'takes one target, and there are several\n  received: label, size',
    ],
    [{ metrics: ['accuracy'], earlyStopping: false }, 'takes one output, and there are several'],
    [
      { data: { ...CONFIG.data, y: ['label', 'sise'] } },
      "data.y: there is no array 'sise' in rooms.npz; did you mean 'size'?",
    ],
    [{ data: { ...CONFIG.data, y: ['label', 'short'] } }, 'received: picture [40, 1, 4, 4], label [40], short [39]'],
    [{ data: { ...CONFIG.data, y: [] } }, 'data.y'],
    [
      { data: { ...CONFIG.data, task: 'regression' } },
      'data.task: task is for targets of one array\n  received: targets of several: label, size',
    ],
    [{ data: { ...CONFIG.data, classes: ['a', 'b'] } }, 'data.classes: classes is for targets of one array'],
    [
      { loss: ['lossOn', { output: 'class', target: 'lable' }, 'crossEntropy'] },
      "there is no target called 'lable'\n  received: label, size",
    ],
    [
      { loss: ['lossOn', { output: 'klass', target: 'label' }, 'crossEntropy'] },
      "there is no output called 'klass'\n  received: class, bright",
    ],
    [
      { loss: ['lossOn', { output: 'class', taget: 'label' }, 'crossEntropy'] },
      "lossOn has no option 'taget'; did you mean 'target'?",
    ],
    [
      { loss: ['lossOn', 'crossEntropy'] },
      'loss › names: lossOn was given an invalid names\n  received: "crossEntropy"',
    ],
    [
      { loss: ['lossOn', { output: 'class' }, 'crosEntropy'] },
      "loss › loss: there is no loss 'crosEntropy'; did you mean 'crossEntropy'?",
    ],
    [
      { loss: ['weightedSum', 'mse'] },
      'loss › 0: weightedSum was given an invalid argument\n  received: "mse"\n  expected: a loss and its weight',
    ],
    [{ loss: ['weightedSum', { loss: 'mse' }] }, 'expected: a loss and its weight: { "loss": "mse", "weight": 0.5 }'],
    [{ loss: ['weightedSum', { loss: 'mse', weight: '1' }] }, 'expected: a loss and its weight'],
    [{ loss: 'weightedSum' }, 'weightedSum needs at least one loss'],
    [
      { metrics: [['metricOn', { output: 'class' }, 'acuracy']] },
      "metrics.0 › metric: there is no metric 'acuracy'; did you mean 'accuracy'?",
    ],
    [
      { model: [['parallel', { a: ['linear', 16] }]] },
      'model.0 › branches › a › outFeatures: linear was given too few arguments',
    ],
    [{ model: [['parallel', ['linear', 16, 2]]] }, 'expected: layers by name'],
    [
      { model: [['parallel', { a: ['relu', ['linear', 16, 2]] }]] },
      'for one layer after another write ["sequential", "relu", …]',
    ],
    [{ model: [['residual', 'relo']] }, "model.0 › inner: there is no layer 'relo'; did you mean 'relu'?"],
    [{ model: [['residual', 'relu', { shortcut: 3 }]] }, 'model.0 › shortcut: residual was given an invalid shortcut'],
  ])('%j', async (change, message) => {
    const { code, err } = await descent(root(change), 'train', 'a.json', '--out', 'run');
    expect(err).toContain(message);
    expect(code).not.toBe(0);
    expect(err).not.toMatch(/unexpected error|undefined/);
  });
});
