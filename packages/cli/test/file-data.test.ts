import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NDArray } from '@descent/core';
import { type ArrayDataset, classCounts, npyBytes, writePng } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { config, type LoadedArrays, labels, load, ofOneArray, problem, source, write } from './data-helpers.ts';
import { descent, folder } from './helpers.ts';
import { stored } from './stored.ts';

describe('data from a CSV file', () => {
  const BIRDS = `wing,colour,kind\n${'12,red,robin\n'.repeat(10)}${'31,black,crow\n'.repeat(30)}`;

  test('are split with the classes in proportion, the same way whatever the seed of training', async () => {
    const data = { csv: 'birds.csv', target: 'kind', features: ['wing'], test: 0.2 };
    const { train, test: held } = await load(data, { 'birds.csv': BIRDS });
    expect(train.classes).toEqual(['crow', 'robin']);
    // A fifth of 30 and of 10.
    expect(classCounts(held as ArrayDataset)).toEqual([6, 2]);
    expect(classCounts(train)).toEqual([24, 8]);
    const other = await source(data, { 'birds.csv': BIRDS }, { seed: 9 });
    expect((await other.data.load()).test).toEqual({ ...held });
    const seeded = await load({ ...data, test: { share: 0.2, seed: 1, stratified: false } }, { 'birds.csv': BIRDS });
    expect(seeded.test?.length).toBe(8);
    expect(seeded.test?.x.data).not.toEqual(held?.x.data);
  });

  test('tell the shape of a sample before training', async () => {
    const { data } = await source({ csv: 'birds.csv', target: 'kind', oneHot: ['colour'] }, { 'birds.csv': BIRDS });
    expect(data).toMatchObject({ name: 'birds.csv', sample: { shape: [3], dtype: 'float32' }, task: 'classification' });
  });

  test('train, resume and export', async () => {
    const data = { csv: 'birds.csv', target: 'kind', oneHot: ['colour'], test: 0.2 };
    const root = folder({ 'birds.csv': BIRDS, 'birds.json': config(data, { model: [['linear', 3, 2]] }) });
    const trained = await descent(root, 'train', 'birds.json');
    expect([trained.code, trained.err]).toEqual([0, '']);
    expect(trained.out).toContain('birds.csv: 32 to train, 8 to test');
    expect((await descent(root, 'resume', 'runs/birds', '--epochs', '2')).code).toBe(0);
    expect((await descent(root, 'export', 'runs/birds', '-o', 'b.onnx')).out).toContain('on 8 real samples');
  });

  test('may come with a test file: classes and columns of values have the same numbers in both', async () => {
    const files = { 'birds.csv': BIRDS, 'test.csv': 'kind,wing,colour,note\ncrow,30.5,green,x\n' };
    const { train, test: held } = await load(
      { csv: 'birds.csv', target: 'kind', oneHot: ['colour'], test: 'test.csv' },
      files,
    );
    expect(held?.classes).toEqual(['crow', 'robin']);
    expect([train.length, held?.length]).toEqual([40, 1]);
    expect(train.features).toEqual(['wing', 'colour=black', 'colour=green', 'colour=red']);
    expect([...(held?.x.data ?? [])]).toEqual([30.5, 0, 1, 0]);
    expect([...train.x.data.subarray(0, 4)]).toEqual([12, 0, 0, 1]);
    // Only a crow, which comes first: alone it would have been class 0 as well, and so would a robin.
    const robin = { ...files, 'test.csv': 'wing,colour,kind\n12,red,robin\n' };
    expect(
      labels(
        (await load({ csv: 'birds.csv', target: 'kind', oneHot: ['colour'], test: 'test.csv' }, robin))
          .test as ArrayDataset,
      ),
    ).toEqual([1]);
  });

  test('may come with a test file that has text among numbers: that is told, and each advice works', async () => {
    const files = {
      'a.csv': 'w,code,note,kind\n1,1,5,a\n2,2,5,b\n3,1,5,a\n4,2,5,b\n',
      't.csv': 'w,code,note,kind\n1,x,none,a\n2,2,5,b\n',
    };
    const data = { csv: 'a.csv', target: 'kind', features: ['w', 'code'], test: 't.csv' };
    await expect(load(data, files)).rejects.toThrow(
      'the column "code" has other values than in the training data\n  received: the text "x"\n  expected: int32\n' +
        '  fix: correct it, or name it in missingTexts: ["x"]; for categories, take it as text in both files: types: { "code": "string" } and oneHot: ["code"]',
    );
    const { train } = await load({ ...data, types: { code: 'string' }, oneHot: ['code'] }, files);
    expect(train.features).toEqual(['w', 'code=1', 'code=2', 'code=x']);
    expect((await load({ ...data, missingTexts: ['x'], missing: 'drop' }, files)).test?.length).toBe(1);
    // What is not used may hold anything.
    expect((await load({ ...data, features: ['w'] }, files)).test?.length).toBe(2);
    await expect(load({ ...data, features: ['w', 'code'], types: { code: 'string' } }, files)).rejects.toThrow(
      'fix: name it in oneHot: ["code"], or leave it out',
    );
  });

  test('drop rows with a missing value in both files', async () => {
    const files = { 'a.csv': 'v,k\n1,a\n?,a\n3,b\n', 'b.csv': 'v,k\n?,a\n5,b\n' };
    const data = { csv: 'a.csv', target: 'k', missing: 'drop', missingTexts: ['?'], test: 'b.csv' };
    const { train, test: held } = await load(data, files);
    expect([[...train.x.data], labels(train)]).toEqual([
      [1, 3],
      [0, 1],
    ]);
    expect([[...(held?.x.data ?? [])], labels(held as ArrayDataset)]).toEqual([[5], [1]]);
  });

  test('hold numbers to predict with task: regression', async () => {
    const files = { 'a.tsv': 'a\tb\n1\t1,5\n2\t2,5\n' };
    const { data, loss } = await source({ csv: 'a.tsv', target: 'b', task: 'regression', decimal: ',' }, files);
    const { train } = ofOneArray(await data.load());
    expect([loss.label, train.y.dtype, train.y.shape, ...train.y.data]).toEqual(['mse', 'float32', [2, 1], 1.5, 2.5]);
  });

  test('of a German file are refused with the options that read it', async () => {
    const files = { 'a.csv': 'a;b\n1,5;x\n1.234,5;y\n' };
    const data = { csv: 'a.csv', target: 'b' };
    await expect(load(data, files)).rejects.toThrow(`pass delimiter: ";" and decimal: ','`);
    await expect(load({ ...data, delimiter: ';', decimal: ',' }, files)).rejects.toThrow(
      "decimal: ',', thousands: '.'",
    );
    const { train } = await load({ ...data, delimiter: ';', decimal: ',', thousands: '.' }, files);
    expect([...train.x.data]).toEqual([1.5, 1234.5]);
  });

  test.each([
    [{ csv: 'a.csv' }, {}, 'data.target: missing, expected the name of the column to predict', 2],
    [{ cvs: 'a.csv' }, {}, "data.cvs: unknown key; did you mean 'csv'?", 2],
    [{ csv: 'a.csv', target: 'k', taks: 'regression' }, {}, "data.taks: unknown key; did you mean 'task'?", 2],
    [{ csv: 'a.csv', target: 'k', test: 1.5 }, {}, 'data.test: received 1.5, expected a share above 0 and below 1', 2],
    [
      { csv: 'a.csv', target: 'k', test: 0.1 },
      {},
      'data.test: a share of 0.1 leaves 2 items to train and 0 to test',
      2,
    ],
    [
      { csv: 'a.csv', target: 'k', test: { share: 0.5, sed: 1 } },
      {},
      "data.test.sed: unknown key; did you mean 'seed'?",
      2,
    ],
    [
      { csv: 'a.csv', target: 'k', test: { share: 0.5, seed: -1 } },
      {},
      'data.test.seed: received -1, expected a whole number of at least 0',
      2,
    ],
    [{ csv: 'b.csv', target: 'k' }, {}, 'b.csv', 1],
    [
      { csv: 'a.csv', target: 'kk' },
      {},
      `tableDataset: there is no such column; did you mean 'k'?\n  received: "kk"\n  expected: v, k`,
      1,
    ],
    [
      { csv: 'a.csv', target: 'k', test: 't.csv' },
      { 't.csv': 'v\n1\n' },
      'the test data lack a column of the training data',
      1,
    ],
    [
      { csv: 'a.csv', target: 'k', test: 't.csv' },
      { 't.csv': 'v,k\nx,a\n' },
      'the column "v" has other values than in the training data',
      1,
    ],
    [
      { csv: 'a.csv', target: 'k', test: 't.csv' },
      { 't.csv': 'v,k\n1,c\n' },
      'the test data have a class that the training data lack\n  received: c\n  expected: a, b',
      1,
    ],
  ])('%j is an error', async (data, files, message, expected) => {
    const { err, code } = await problem(data, { 'a.csv': 'v,k\n1,a\n2,b\n', ...files });
    expect(err).toContain('error: a.json');
    expect(err).toContain(message);
    expect(code).toBe(expected);
  });
});

describe('numbers to predict in a CSV file, without a task', () => {
  const rows = (value: (i: number) => string): string =>
    `a,price\n${Array.from({ length: 800 }, (_, i) => `${i % 7},${value(i)}\n`).join('')}`;
  const data = { csv: 'a.csv', target: 'price' };

  test.each([
    ['whole numbers', rows((i) => String((i * 37) % 501)), undefined, '501 different numbers in 800 rows'],
    ['whole numbers, a share to test', rows((i) => String(i)), 0.2, '800 different numbers in 800 rows'],
    ['names of rows', rows((i) => `row${i}`), 0.2, '800 different texts in 800 rows'],
  ])('%s are asked about', async (_, text, test, received) => {
    const { err, code } = await problem({ ...data, ...(test !== undefined && { test }) }, { 'a.csv': text });
    expect(err).toContain('data.task: it is not clear what the column "price" holds');
    expect(err).toContain(received);
    expect(err).toContain(received.includes('texts') ? 'name another column as target' : "task: 'regression'");
    expect(code).toBe(2);
  });

  test('a task, or several rows for each class, is clear', async () => {
    const numbers = rows((i) => String(i));
    expect((await load({ ...data, task: 'regression', test: 0.2 }, { 'a.csv': numbers })).test?.length).toBe(160);
    expect((await load({ ...data, task: 'classification' }, { 'a.csv': numbers })).train.classes).toHaveLength(800);
    expect((await load(data, { 'a.csv': rows((i) => String(i % 100)) })).train.classes).toHaveLength(100);
    const few = await problem({ ...data, task: 'classification', test: 0.2 }, { 'a.csv': numbers });
    expect(few.err).toContain('leaves 800 items to train and 0 to test');
    expect(few.err).toContain("task: 'regression'");
  });
});

describe('data from a folder of images', () => {
  /** Class folders under `name`, each with so many grey images of 4×4; all pixels of one say which image it is. */
  async function images(root: string, name: string, counts: Readonly<Record<string, number>>): Promise<void> {
    for (const [label, count] of Object.entries(counts)) {
      mkdirSync(join(root, name, label), { recursive: true });
      for (let i = 0; i < count; i++) {
        const data = new Uint8Array(16).fill(10 * i + 5);
        await writePng(join(root, name, label, `${i}.png`), { dtype: 'uint8', shape: [1, 1, 4, 4], data });
      }
    }
  }

  async function loaded(root: string, data: object): Promise<LoadedArrays> {
    write(join(root, 'a.json'), config({ width: 4, height: 4, ...data }));
    return ofOneArray(await (await loadConfig('a.json', root)).data.load());
  }

  test('are opened in the size that the config names; a share is kept to test', async () => {
    const root = folder();
    await images(root, 'animals', { cat: 5, dog: 10 });
    const { train, test: held } = await loaded(root, { images: 'animals', test: 0.2 });
    expect([train.classes, train.x.shape, train.name]).toEqual([['cat', 'dog'], [12, 1, 4, 4], 'animals']);
    // A fifth of 5 and of 10.
    expect([classCounts(held as ArrayDataset), classCounts(train)]).toEqual([
      [1, 2],
      [4, 8],
    ]);
    expect([...train.x.data].every((v) => v % 10 === 5)).toBe(true);
    const three = await loaded(root, { images: 'animals', channels: 3 });
    expect([three.train.x.shape, three.test]).toEqual([[15, 3, 4, 4], null]);
  });

  test('of a test folder have the labels of the training folder', async () => {
    const root = folder();
    await images(root, 'train', { cat: 1, dog: 1, eel: 1 });
    await images(root, 'held', { eel: 2 });
    const { test: held } = await loaded(root, { images: 'train', test: 'held' });
    expect([held?.classes, labels(held as ArrayDataset), held?.name]).toEqual([['cat', 'dog', 'eel'], [2, 2], 'held']);
    await images(root, 'held', { fox: 1 });
    await expect(loaded(root, { images: 'train', test: 'held' })).rejects.toThrow(
      'the test images have a class that the training images lack\n  received: fox\n  expected: cat, dog, eel',
    );
  });

  test('are not opened to tell the shape of a sample', async () => {
    const { data } = await source({ images: 'nowhere', width: 3, height: 5, channels: 3 });
    expect(data.sample).toEqual({ shape: [3, 5, 3], dtype: 'uint8' });
    await expect(data.load()).rejects.toThrow('nowhere: the folder cannot be read');
  });

  test.each([
    [{ images: 'a', widht: 3 }, "data.widht: unknown key; did you mean 'width'?"],
    [{ images: 'a', channels: 2 }, 'data.channels: received 2, expected 1 for grey or 3 for colours'],
    [{ images: 'a', width: 0 }, 'data.width: received 0, expected pixels'],
  ])('%j is a usage error', async (data, message) => {
    const { err, code } = await problem(data);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe('data from a .npz file of numpy', () => {
  const FILE = join(import.meta.dirname, 'fixtures', 'arrays.npz');
  const files = { 'arrays.npz': readFileSync(FILE) };
  const data = { npz: 'arrays.npz', x: 'x_train', y: 'y_train' };

  test('with labels saved as floats in a column are classes with task: classification', async () => {
    // x is float32 [6, 2]; the others float64 of 0 and 1, as [6] and [6, 1]. Made by numpy.savez.
    const files = { 'f.npz': readFileSync(join(import.meta.dirname, 'fixtures', 'floats.npz')) };
    for (const y of ['flat', 'column']) {
      const { train } = await load({ npz: 'f.npz', x: 'x', y, task: 'classification' }, files);
      expect([train.y.dtype, train.classes, ...train.y.data]).toEqual(['int32', ['0', '1'], 0, 1, 0, 1, 1, 0]);
      const numbers = await load({ npz: 'f.npz', x: 'x', y }, files);
      expect([numbers.train.y.dtype, numbers.train.y.shape]).toEqual(['float32', [6, 1]]);
    }
  });

  test('with one-hot rows are classes with task: classification, as the note advises', async () => {
    const x = npyBytes({ dtype: 'float32', shape: [3, 4], data: new Float32Array(12) });
    const file = (rows: readonly number[], dtype: 'float64' | 'int32') =>
      stored({
        'x.npy': x,
        'y.npy': npyBytes({
          dtype,
          shape: [3, 3],
          data: (dtype === 'int32' ? Int32Array : Float64Array).from(rows),
        } as NDArray),
      });
    const rows = [0, 1, 0, 0, 0, 1, 1, 0, 0];
    for (const dtype of ['float64', 'int32'] as const) {
      const { train } = await load(
        { npz: 'a.npz', x: 'x', y: 'y', task: 'classification' },
        { 'a.npz': file(rows, dtype) },
      );
      expect([train.y.dtype, train.classes, ...train.y.data]).toEqual(['int32', ['0', '1', '2'], 1, 2, 0]);
    }
    for (const odd of [
      [0, 1, 1, 0, 0, 1, 1, 0, 0],
      [0, 0, 0, 0, 0, 1, 1, 0, 0],
      [0, 0.5, 0.5, 0, 0, 1, 1, 0, 0],
    ])
      await expect(
        load({ npz: 'a.npz', x: 'x', y: 'y', task: 'classification' }, { 'a.npz': file(odd, 'float64') }),
      ).rejects.toThrow('holds no class indices');
  });

  test('that hold numbers are no data for crossEntropy, and what is said instead works', async () => {
    const data = { npz: 'f.npz', x: 'x', y: 'flat' };
    const root = folder({ 'f.npz': readFileSync(join(import.meta.dirname, 'fixtures', 'floats.npz')) });
    const train = async (more: object) => {
      const c = { model: [['linear', 2, 2]], data: { ...data, ...more }, loss: 'crossEntropy', epochs: 1 };
      writeFileSync(
        join(root, 'a.json'),
        JSON.stringify({ ...c, optimizer: ['sgd', { lr: 0.1 }], backend: 'reference' }),
      );
      return descent(root, 'summary', 'a.json');
    };
    expect((await train({})).err).toContain("task: 'classification'");
    expect((await train({ task: 'classification' })).code).toBe(0);
  });

  test('with test arrays in the same file, as images of one channel', async () => {
    const { train, test: held } = await load({ ...data, shape: [1, 4, 4], test: { x: 'x_test', y: 'y_test' } }, files);
    expect([train.x.dtype, train.x.shape, held?.x.shape]).toEqual(['uint8', [14, 1, 4, 4], [6, 1, 4, 4]]);
    expect([train.classes, labels(train)]).toEqual([
      ['0', '1'],
      [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
    ]);
    // A column in the file.
    expect([held?.y.shape, labels(held as ArrayDataset)]).toEqual([[6], [0, 1, 0, 1, 0, 1]]);
    expect([train.x.data[16], held?.x.data[0]]).toEqual([1, 14]);
  });

  test('with a share or another file to test on', async () => {
    const shared = await load({ ...data, classes: ['left', 'right'], test: { share: 2 / 7 } }, files);
    expect([classCounts(shared.train), classCounts(shared.test as ArrayDataset)]).toEqual([
      [5, 5],
      [2, 2],
    ]);
    expect(shared.test?.classes).toEqual(['left', 'right']);
    const other = await load({ ...data, test: 'other.npz' }, { ...files, 'other.npz': readFileSync(FILE) });
    expect([other.test?.length, other.test?.name]).toEqual([14, 'other.npz']);
  });

  test('labels that were saved as floats are told, where the task is not', async () => {
    const x = npyBytes({ dtype: 'float32', shape: [4, 4], data: new Float32Array(16) });
    const y = npyBytes({ dtype: 'float64', shape: [4], data: Float64Array.of(0, 1, 1, 0) });
    const root = folder({ 'a.npz': stored({ 'x.npy': x, 'y.npy': y }) });
    const summary = async (more: object): Promise<string> => {
      writeFileSync(join(root, 'a.json'), config({ npz: 'a.npz', x: 'x', y: 'y', ...more }));
      return (await descent(root, 'summary', 'a.json')).out;
    };
    expect(await summary({})).toContain(
      "the array 'y' holds float64, so its numbers are predicted (task: 'regression'); they are whole, from 0 to 1: if they are classes, say task: 'classification'",
    );
    for (const task of ['regression', 'classification'])
      expect(await summary({ task })).not.toContain('they are whole');
  });

  describe('of tokens', () => {
    const tokens = Int32Array.from({ length: 12 }, (_, i) => (i * 7) % 16_777_300).with(0, 16_777_217);
    const x = npyBytes({ dtype: 'int32', shape: [4, 3], data: tokens });
    const y = npyBytes({ dtype: 'int32', shape: [4], data: Int32Array.of(0, 1, 1, 0) });
    const f = npyBytes({ dtype: 'float32', shape: [4, 3], data: new Float32Array(12) });
    const file = { 'a.npz': stored({ 'x.npy': x, 'y.npy': y, 'f.npy': f }) };
    const named = { npz: 'a.npz', x: 'x', y: 'y' };

    test('stay whole numbers where the config says so', async () => {
      for (const said of [true, ['x']]) {
        const { train } = await load({ ...named, tokens: said }, file);
        expect([train.x.dtype, train.x.data]).toEqual(['int32', tokens]);
      }
      for (const said of [false, undefined])
        expect((await load({ ...named, tokens: said }, file)).train.x.dtype).toBe('float32');
      const { data } = await source({ ...named, x: ['x', 'f'], tokens: ['x'] }, file);
      expect(data.sample).toEqual({ x: { shape: [3], dtype: 'int32' }, f: { shape: [3], dtype: 'float32' } });
    });

    test.each([
      [{ ...named, x: 'f', tokens: true }, /tokens are whole numbers.*array of float32.*astype/s],
      [{ ...named, tokens: ['z'] }, /data.tokens.*received: z.*expected: x/s],
      [{ ...named, x: ['x', 'f'], tokens: true }, /data.tokens.*true, of several arrays.*expected: x, f/s],
      [{ ...named, tokens: 'x' }, /true for samples that are tokens, or a list/],
    ])('%o is refused', async (data, message) => {
      await expect(source(data, file)).rejects.toThrow(message);
    });

    test('train a network that looks them up', async () => {
      const root = folder({
        'a.npz': stored({
          'x.npy': npyBytes({ dtype: 'int32', shape: [8, 3], data: Int32Array.from({ length: 24 }, (_, i) => i % 5) }),
          'y.npy': npyBytes({ dtype: 'int32', shape: [8], data: Int32Array.from({ length: 8 }, (_, i) => i % 2) }),
        }),
        'a.config.ts': `
import { defineConfig } from '@descent/cli';
import { layer, linear, parameter, sgd, zerosInit } from '@descent/core';
import { gather, mean } from '@descent/core/ops';
const bag = layer('bag', { table: parameter([5, 4], { init: zerosInit }), out: linear(4, 2) }, (x, { table, out }) =>
  out(mean(gather(table, x), { axes: [1] })));
export default defineConfig({ model: bag, data: { npz: 'a.npz', x: 'x', y: 'y', tokens: true }, optimizer: sgd({ lr: 0.5 }), batchSize: 4, epochs: 1, backend: 'onnx:cpu' });
`,
      });
      const trained = await descent(root, 'train', 'a.config.ts');
      expect([trained.code, trained.err]).toEqual([0, '']);
    });
  });

  test('of floats are numbers to predict', async () => {
    const { data: numbers, loss } = await source({ ...data, y: 'mean' }, files);
    const { train } = ofOneArray(await numbers.load());
    // Eight of the sixteen pixels are 200; the first pixel, which is one of them in class 0, holds the number of the image.
    const expected = Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? (7 * 200 + i) / 16 : (8 * 200 + i) / 16));
    expect([loss.label, train.y.shape, [...train.y.data]]).toEqual(['mse', [14, 1], expected]);
  });

  test.each([
    [
      { ...data, x: 'x_trian' },
      "data.x: there is no array 'x_trian' in arrays.npz; did you mean 'x_train'?\n  expected: x_train, y_train",
      2,
    ],
    [{ ...data, z: 1 }, 'data.z: unknown key', 2],
    [{ npz: 'arrays.npz' }, 'data.x: missing, expected the name of the array of samples', 2],
    [
      { ...data, y: 'y_test' },
      'these arrays are not samples and their targets\n  received: x_train [14, 4, 4], y_test [6, 1]',
      1,
    ],
    [{ ...data, shape: [3, 5] }, 'data.shape: the samples cannot be read in this shape\n  received: [3, 5]', 1],
    [
      { ...data, classes: ['one'] },
      'data.classes: there are labels without a class\n  received: 1 names\n  expected: at least 2',
      2,
    ],
    [{ ...data, y: 'negative' }, "the array 'negative' holds no class indices\n  received: -1", 1],
    [{ ...data, y: 'half', task: 'classification' }, "the array 'half' holds no class indices\n  received: 0.5", 1],
    [
      { ...data, x: 'wide', test: { x: 'x_test', y: 'y_test' } },
      'data.test: training and test data have different samples\n  received: uint8 [4, 4]\n  expected: float32 [5]',
      1,
    ],
    [{ ...data, npz: 'gone.npz' }, 'gone.npz', 1],
  ])('%j is an error', async (wrong, message, expected) => {
    const root = folder({ 'a.json': config(wrong) });
    copyFileSync(FILE, join(root, 'arrays.npz'));
    const { code, err } = await descent(root, 'summary', 'a.json');
    expect(err).toContain('error: a.json');
    expect(err).toContain(message);
    expect(code).toBe(expected);
  });
});

test.each([
  [{ delimiter: ';' }, ['1,5', '2,25', '10,75'], "decimal: ','"],
  [{ delimiter: ';', decimal: ',' }, ['1.234,50', '2.250,00', '10.000,75'], "decimal: ',', thousands: '.'"],
  [{ delimiter: ';' }, ['1 234', '2 250', '10 000'], "thousands: ' '"],
])('numbers to predict that %j reads as text are no classes, however few: %j', async (options, values, advice) => {
  const rows = Array.from({ length: 12 }, (_, i) => `${i};${values[i % 3]}`);
  const data = { csv: 'prices.csv', target: 'price', ...options };
  const root = folder({
    'prices.csv': `size;price\n${rows.join('\n')}\n`,
    'a.json': config(data, { model: [['linear', 1, 3]] }),
  });
  const { code, err } = await descent(root, 'train', 'a.json');
  expect(code).not.toBe(0);
  expect(err).toContain('column "price" looks like a number to predict, but is text');
  expect(err).toContain(advice);
});
