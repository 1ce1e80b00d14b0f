import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOnnx } from '@descent/backend-onnx';
import { ndarray, tensor } from '@descent/core';
import { npyBytes, writePng } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import { config, write } from './data-helpers.ts';
import { descent, folder, lastNumbers, tinyConfig } from './helpers.ts';
import { stored } from './stored.ts';

const NPZ = readFileSync(join(import.meta.dirname, 'fixtures', 'labels.npz'));
const BIRDS = ['robin', 'crow', 'gull'].map((kind, i) => `${12 + i},${kind}\n`.repeat(6)).join('');

/** What `descent train` says to a config that must not train. */
async function refused(data: unknown, more: object, files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const root = folder();
  for (const [name, content] of Object.entries(files)) write(join(root, name), content);
  write(join(root, 'a.json'), config(data, more));
  const { code, err, out } = await descent(root, 'train', 'a.json');
  expect(code).not.toBe(0);
  expect(existsSync(join(root, 'runs', 'a'))).toBe(false);
  expect(out).not.toContain('epoch 1');
  return err;
}

/** A picture of 4 by 4 grey pixels. */
async function png(data: Uint8Array): Promise<Uint8Array> {
  const path = join(folder(), 'a.png');
  await writePng(path, { dtype: 'uint8', shape: [1, 4, 4], data });
  return readFileSync(path);
}

describe('labels that the last layer cannot name end a run before training', () => {
  const csv = { csv: 'birds.csv', target: 'kind' };
  const files = { 'birds.csv': `wing,kind\n${BIRDS}` };

  test('of a CSV file', async () => {
    expect(await refused(csv, { model: [['linear', 1, 2]] }, files)).toMatch(
      /train data of birds\.csv › crossEntropy: a label is not a class of the network\n.*label 2 in row 12.*\n.*3 outputs|3 outputs/,
    );
  });

  test('of a test file, and of a share that is kept back', async () => {
    for (const more of [{ test: 0.5 }, { test: 'birds.csv' }])
      expect(await refused({ ...csv, ...more }, { model: [['linear', 1, 2]], validation: 0.3 }, files)).toMatch(
        /no class|not a class/,
      );
  });

  test('of a named set', async () => {
    expect(await refused('iris', { model: [['linear', 4, 2]] })).toMatch(/label 2 in row \d+; .* 0 to 2/);
  });

  test('of image folders', async () => {
    const images: Record<string, Uint8Array> = {};
    for (const [i, kind] of ['a', 'b', 'c'].entries())
      images[`pictures/${kind}/1.png`] = await png(new Uint8Array(16).fill(50 * i));
    const data = { images: 'pictures', width: 4, height: 4, channels: 1 };
    const model = [['rescale', 1 / 255, 0], 'flatten', ['linear', 16, 2]];
    expect(await refused(data, { model }, images)).toMatch(/label 2 in row 2/);
  });

  test('of a .npz file: labels from 1', async () => {
    const data = { npz: 'labels.npz', x: 'x', y: 'from_one' };
    const model = [['rescale', 1 / 255, 0], 'flatten', ['linear', 16, 2]];
    expect(await refused(data, { model }, { 'labels.npz': NPZ })).toMatch(/labels start at 0: subtract 1/);
  });

  test('a class of which there is no sample', async () => {
    const data = { npz: 'labels.npz', x: 'x', y: 'from_one', classes: ['none', 'a', 'b', 'c'] };
    const model = [['rescale', 1 / 255, 0], 'flatten', ['linear', 16, 3]];
    expect(await refused(data, { model }, { 'labels.npz': NPZ })).toMatch(/3 outputs\n.*4, one for each class/);
  });

  test('accuracy of numbers to predict', async () => {
    const numbers = { csv: 'n.csv', target: 'y', task: 'regression' };
    const table = { 'n.csv': `x,y\n${'1,2.5\n2,3.5\n'.repeat(5)}` };
    const more = { model: [['linear', 1, 1]], metrics: ['accuracy'] };
    expect(await refused(numbers, more, table)).toMatch(/accuracy needs one output for each class/);
  });
});

describe('ignoreIndex in a config', () => {
  test.each([
    ['with_holes', 255],
    ['with_minus_100', -100],
  ])('%s', async (y, ignoreIndex) => {
    const data = { npz: 'labels.npz', x: 'x', y, test: 0.25 };
    const model = [['rescale', 1 / 255, 0], 'flatten', ['linear', 16, 2]];
    const more = { model, loss: ['crossEntropy', { ignoreIndex }], metrics: ['accuracy'], epochs: 20 };
    const root = folder({ 'labels.npz': NPZ, 'a.json': config(data, { ...more, optimizer: ['sgd', { lr: 0.5 }] }) });
    const { code, err } = await descent(root, 'train', 'a.json');
    expect([code, err]).toEqual([0, '']);
    expect(await lastNumbers(root, 'runs', 'a')).toMatchObject({ train_accuracy: 1 });
    // Not without it.
    write(join(root, 'b.json'), config(data, { ...more, loss: 'crossEntropy' }));
    expect((await descent(root, 'train', 'b.json')).code).not.toBe(0);
  });

  test('weights and smoothing, too; what is wrong with them is told', async () => {
    const data = { csv: 'birds.csv', target: 'kind' };
    const files = (loss: unknown) =>
      folder({ 'birds.csv': `wing,kind\n${BIRDS}`, 'a.json': config(data, { model: [['linear', 1, 3]], loss }) });
    const good = ['crossEntropy', { weight: [1, 2, 3], labelSmoothing: 0.1 }];
    expect((await descent(files(good), 'train', 'a.json')).code).toBe(0);
    const { err, code } = await descent(files(['crossEntropy', { weights: [1, 2, 3] }]), 'train', 'a.json');
    expect(code).not.toBe(0);
    expect(err).toContain("no option 'weights'; did you mean 'weight'?");
    const { err: short } = await descent(files(['crossEntropy', { weight: [1, 2] }]), 'train', 'a.json');
    expect(short).toContain('2 weights for logits');
  });
});

describe('what the output is', () => {
  const trained = async (model: string, more = '') => {
    const root = folder({
      'tiny.ts': tinyConfig(more)
        .replace(/model: .*/, `model: ${model},`)
        .replace('flatten, ', 'bceWithLogits, binaryAccuracy, flatten, softmax, '),
    });
    const { code, err } = await descent(root, 'train', 'tiny.ts');
    expect([code, err]).toEqual([0, '']);
    return root;
  };

  test('a softmax in the network gets no second', async () => {
    const root = await trained('sequential(rescale(1 / 255), flatten(), linear(16, 2), softmax())', 'epochs: 200,');
    const file = await loadOnnx(join(root, 'runs', 'tiny', 'model.onnx'));
    expect([file.outputKind, file.output.name]).toEqual(['probabilities', 'probabilities']);
    file.dispose();
    const again = await descent(root, 'export', 'runs/tiny', '--softmax');
    expect(again.code).not.toBe(0);
    expect(again.err).toMatch(/a softmax does not belong behind this network\n.*probabilities/);
    const data = Uint8Array.from({ length: 16 }, (_, p) => (p % 4 < 2 ? 200 : 0));
    write(join(root, 'left.png'), await png(data));
    const answers = [];
    for (const model of ['runs/tiny', 'runs/tiny/model.onnx']) {
      const { out } = await descent(root, 'predict', model, 'left.png', '--json');
      answers.push(JSON.parse(out)[0].predictions);
    }
    // A second softmax of two probabilities gives at most 0.731.
    for (const [first] of answers) expect(first).toMatchObject({ label: 'left', probability: expect.any(Number) });
    expect(answers[0][0].probability).toBeGreaterThan(0.8);
    expect(answers[0][0].probability).toBeCloseTo(answers[1][0].probability, 5);
  });

  test('one logit tells two classes apart', async () => {
    const more = 'epochs: 100, loss: bceWithLogits(), metrics: [binaryAccuracy()],';
    const root = await trained('sequential(rescale(1 / 255), flatten(), linear(16, 1))', more);
    const file = await loadOnnx(join(root, 'runs', 'tiny', 'model.onnx'));
    expect([file.outputKind, file.output.name, file.labels]).toEqual(['logit', 'logit', ['left', 'right']]);
    file.dispose();
    expect(readFileSync(join(root, 'runs', 'tiny', 'report.html'), 'utf8')).toContain('Confusion');
    for (const [label, bright] of [
      ['left', (p: number) => p % 4 < 2],
      ['right', (p: number) => p % 4 >= 2],
    ] as const) {
      const data = Uint8Array.from({ length: 16 }, (_, p) => (bright(p) ? 200 : 0));
      write(join(root, 'a.png'), await png(data));
      for (const model of ['runs/tiny', 'runs/tiny/model.onnx']) {
        const { out } = await descent(root, 'predict', model, 'a.png', '--json');
        const [best, other] = JSON.parse(out)[0].predictions;
        expect(best.label).toBe(label);
        expect(best.probability).toBeGreaterThan(0.9);
        expect(best.probability + other.probability).toBeCloseTo(1, 6);
      }
    }
  });

  test('predict gives numbers of pictures', async () => {
    const y = { x: 'x', y: 'from_one', task: 'regression', npz: 'labels.npz', shape: [1, 4, 4] };
    const model = [['rescale', 1 / 255, 0], 'flatten', ['linear', 16, 1]];
    const root = folder({ 'labels.npz': NPZ, 'a.json': config(y, { model }) });
    const { code, err } = await descent(root, 'train', 'a.json');
    expect([code, err]).toEqual([0, '']);
    write(join(root, 'a.png'), await png(new Uint8Array(16)));
    for (const trained of ['runs/a', 'runs/a/model.onnx']) {
      const answer = await descent(root, 'predict', trained, 'a.png');
      expect([answer.code, answer.out]).toEqual([0, expect.stringMatching(/^a\.png: -?[\d.e-]+\n$/)]);
      const { err: refused } = await descent(root, 'predict', trained, 'a.png', '--pictures', 'seen');
      expect(refused).toContain('--pictures paints masks and boxes');
    }
  });

  test('numbers to predict are values', async () => {
    const numbers = { csv: 'n.csv', target: 'y', task: 'regression' };
    const table = `x,y\n${'1,2.5\n2,3.5\n'.repeat(5)}`;
    for (const model of [[['linear', 1, 1]], [['linear', 1, 1], 'sigmoid']]) {
      const root = folder({ 'n.csv': table, 'a.json': config(numbers, { model }) });
      expect((await descent(root, 'train', 'a.json')).code).toBe(0);
      const file = await loadOnnx(join(root, 'runs', 'a', 'model.onnx'));
      expect([file.outputKind, file.output.name]).toEqual(['values', 'values']);
      file.dispose();
      const softmax = await descent(root, 'export', 'runs/a', '--softmax');
      expect(softmax.code).not.toBe(0);
      expect(softmax.err).toContain('an output of values');
    }
  });
});

test('outputs that no sample has are called by their number: the run is whole, not without a model', async () => {
  const cases = [
    [{ csv: 'birds.csv', target: 'kind' }, ['crow', 'gull', 'robin', '(class 3)', '(class 4)']],
    [{ npz: 'labels.npz', x: 'x', y: 'from_one' }, ['0', '1', '2', '3', '4']],
  ] as const;
  for (const [data, labels] of cases) {
    const model = 'csv' in data ? [['linear', 1, 5]] : [['rescale', 1 / 255], 'flatten', ['linear', 16, 5]];
    const files = { 'birds.csv': `wing,kind\n${BIRDS}`, 'labels.npz': NPZ };
    const root = folder({ ...files, 'a.json': config(data, { model }) });
    const { code, err } = await descent(root, 'train', 'a.json');
    expect([code, err]).toEqual([0, '']);
    const run = join(root, 'runs', 'a');
    expect(existsSync(join(run, 'report.html'))).toBe(true);
    const file = await loadOnnx(join(run, 'model.onnx'));
    expect(file.labels).toEqual(labels);
    file.dispose();
  }
});

test('NaN in data that are held out is told before training, not by a test loss of NaN', async () => {
  const x = tensor([...Array(12)].map((_, i) => [i, i % 2]));
  const odd = { ...x, data: x.data.map((v, i) => (i === 7 ? Number.NaN : v)) };
  const y = tensor(
    [...Array(12)].map((_, i) => i % 2),
    'int32',
  );
  const files = { 'a.npz': stored({ 'x.npy': npyBytes(x), 'odd.npy': npyBytes(odd), 'y.npy': npyBytes(y) }) };
  const root = folder(files);
  const data = { npz: 'a.npz', x: 'x', y: 'y', test: { x: 'odd', y: 'y' } };
  write(join(root, 'a.json'), config(data, { model: [['linear', 2, 2]] }));
  const { code, err } = await descent(root, 'train', 'a.json');
  expect(code).not.toBe(0);
  expect(err).toMatch(/test data of a\.npz: a sample is not made of finite numbers\n.*NaN in row 3,/);
  expect(err).toContain('correct this row or take it out');
  expect(err).not.toContain('descent debug');
});

test('a float64 that float32 makes infinity of is refused with its value', async () => {
  const x = ndarray('float64', [4, 1], Float64Array.of(1, 2, 1e300, 4));
  const y = tensor([0, 1, 0, 1], 'int32');
  const files = { 'a.npz': stored({ 'x.npy': npyBytes(x), 'y.npy': npyBytes(y) }) };
  const found = await refused({ npz: 'a.npz', x: 'x', y: 'y' }, { model: [['linear', 1, 2]] }, files);
  expect(found).toMatch(/too large for float32\n.*1e\+300 in sample 2/);
});
