import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ArrayDataset, classCounts, describeDatasets } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import type { DataSource } from '../src/config/data.ts';
import { loadConfig } from '../src/config/load.ts';
import { splitValidation } from '../src/config/split-validation.ts';
import { loadData } from '../src/datasets/load-data.ts';
import { config, labels, load, problem, source, write } from './data-helpers.ts';
import { capture, descent, folder, readJson } from './helpers.ts';
import { idxBytes, mirror, serving, unpacked } from './mirror.ts';

describe('named data', () => {
  test.each(describeDatasets())('$id is known with its sample and task', async ({ id, item, task }) => {
    const { data, loss } = await source(id);
    expect(data).toMatchObject({ name: id, sample: item, task });
    expect(loss.label).toBe(task === 'regression' ? 'mse' : 'crossEntropy');
  });

  test('of the package train without any file', async () => {
    const root = folder({ 'iris.json': config('iris', { epochs: 2, validation: 0.25 }) });
    const { code, out, err } = await descent(root, 'train', 'iris.json');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Iris: 90 to train, 30 to validate, 30 to test');
    expect(readJson(root, 'runs', 'iris', 'run.json')).toMatchObject({
      sample: { shape: [4], dtype: 'float32' },
      labels: ['setosa', 'versicolor', 'virginica'],
    });
  });

  test('of points have as many as the config says, the same whatever the seed of training', async () => {
    const data = { name: 'moons', samples: 50, noise: 0, seed: 3 };
    const { train, test: held } = await load(data);
    expect([train.length, held?.length, train.x.shape]).toEqual([40, 10, [40, 2]]);
    expect((await load({ ...data, seed: 4 })).train.x.data).not.toEqual(train.x.data);
    const model = [['linear', 2, 8], 'tanh', ['linear', 8, 2]];
    const root = folder({ 'a.json': config({ ...data, noise: 0.1 }, { model, seed: 9 }) });
    const { code, out, err } = await descent(root, 'train', 'a.json');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Moons: 40 to train, 10 to test');
  });

  test('of numbers have a column of targets, and mse for a loss', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `-1,1,${i % 5},${i % 7},${i % 3},4,2,1,${100_000 * (i % 4)}`);
    const root = folder();
    const files = {
      ...unpacked('data', 'california-housing', {
        'CaliforniaHousing/cal_housing.data': Buffer.from(`${rows.join('\n')}\n`),
      }),
      'a.json': config({ name: 'california-housing', root: 'data' }, { model: [['linear', 8, 1]] }),
    };
    for (const [name, content] of Object.entries(files)) write(join(root, name), content);
    const { data, metrics } = await loadConfig('a.json', root);
    expect(metrics).toEqual([]);
    const { train, test } = await data.load();
    expect([train.y.shape, test?.y.shape]).toEqual([
      [40, 1],
      [10, 1],
    ]);
    expect(train.y.dtype).toBe('float32');
    const { code, out } = await descent(root, 'train', 'a.json');
    expect(code).toBe(0);
    expect(out).toMatch(/ train .*test.*\nepoch +loss +loss +time\n +1\/\d+ +[\d.e-]+ +[\d.e-]+ +[\d.]+ s$/m);
    expect(readFileSync(join(root, 'runs', 'a', 'report.html'), 'utf8').length).toBeGreaterThan(0);
  });

  test('of numbers are refused with a loss for classes', async () => {
    const text = config('california-housing', { loss: 'crossEntropy' });
    const { code, err } = await descent(folder({ 'a.json': text }), 'summary', 'a.json');
    expect(err).toContain('a.json › loss: california-housing holds numbers to predict, not classes');
    expect(code).toBe(2);
  });

  test('have the options of their set', async () => {
    const pixels = new Uint8Array(2 * 784);
    const emnist = { name: 'emnist', split: 'letters', root: 'data' };
    const members = Object.fromEntries(
      ['train', 'test'].flatMap((part) => [
        [`gzip/emnist-letters-${part}-images-idx3-ubyte.gz`, idxBytes([2, 28, 28], pixels)],
        [`gzip/emnist-letters-${part}-labels-idx1-ubyte.gz`, idxBytes([2], Uint8Array.of(1, 26))],
      ]),
    );
    const files = unpacked('data', 'emnist', members);
    expect((await source(emnist, files)).data.name).toBe('emnist letters');
    const { train } = await load(emnist, files);
    // The file counts the letters from 1.
    expect([train.classes.length, ...labels(train)]).toEqual([26, 0, 25]);

    // One record: coarse label, fine label, pixels.
    const record = Uint8Array.from({ length: 3074 }, (_, i) => [7, 70][i] ?? 0);
    const cifar = unpacked('.', 'cifar100', {
      'cifar-100-binary/train.bin': record,
      'cifar-100-binary/test.bin': record,
    });
    expect(labels((await load({ name: 'cifar100', root: '.', labels: 'coarse' }, cifar)).train)).toEqual([7]);
    expect(labels((await load({ name: 'cifar100', root: '.' }, cifar)).train)).toEqual([70]);
  });

  test.each([
    [{ name: 'emnist', split: 'leters' }, 'data.split: received "leters", expected one of balanced, byclass'],
    [
      { name: 'mnist', split: 'letters' },
      'data.split: unknown key; the keys are name, root, download, mirrors, offline',
    ],
    [{ name: 'cifar100', labels: 'all' }, 'data.labels: received "all", expected one of fine, coarse'],
    [{ name: 'mnist', downlaod: true }, "data.downlaod: unknown key; did you mean 'download'?"],
    [{ name: 'mnist', download: 'yes' }, 'data.download: received "yes", expected true or false'],
    [{ name: 'mnist', root: 7 }, 'data.root: received 7, expected the folder of the files, as text'],
    [{ name: 'moons', samples: 5 }, 'data.samples: received 5, expected a whole number from 10 to 1000000'],
    [{ name: 'xor', noise: -1 }, 'data.noise: received -1, expected a standard deviation, a number from 0 to 1000'],
    [{ name: 'blobs', seed: 0.5 }, 'data.seed: received 0.5, expected a whole number of at least 0'],
    [{ name: 'moons', sample: 50 }, "data.sample: unknown key; did you mean 'samples'?"],
    [{ name: 'mnist', noise: 0.1 }, 'data.noise: unknown key; the keys are name, root, download, mirrors, offline'],
    [{ nam: 'mnist' }, "data.nam: unknown key; did you mean 'name'?"],
  ])('%j is a usage error', async (data, message) => {
    const { err, code } = await problem(data);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  test('that are not there say how to get them', async () => {
    const root = folder({
      'a.json': config(
        { name: 'kmnist', root: 'nowhere' },
        { model: [['rescale', 1], 'flatten', ['linear', 784, 10]] },
      ),
    });
    const { code, err } = await descent(root, 'train', 'a.json');
    expect(code).toBe(1);
    expect(err).toContain('KMNIST: the images file is missing');
    expect(err).toContain(
      "fix: descent datasets download kmnist fetches 21.2 MB; so does data: { name: 'kmnist', download: true }",
    );
  });

  test('are fetched from the mirrors of the config, with progress', async () => {
    const server = await mirror(serving({ 't10k-images-idx3-ubyte.gz': new Uint8Array(9) }));
    const data = { name: 'kmnist', root: '.', download: true, mirrors: [server.url] };
    const root = folder({ 'a.json': config(data, { model: [['rescale', 1], 'flatten', ['linear', 784, 10]] }) });
    const { code, err } = await descent(root, 'train', 'a.json');
    expect(code).toBe(1);
    expect(err).toContain(`${server.url}/kmnist/train-images-idx3-ubyte.gz: HTTP 404 (not found)`);
    expect(server.requests).toEqual(['/kmnist/train-images-idx3-ubyte.gz']);
    write(
      join(root, 'a.json'),
      config({ ...data, offline: true }, { model: [['rescale', 1], 'flatten', ['linear', 784, 10]] }),
    );
    expect((await descent(root, 'train', 'a.json')).err).toContain(
      'KMNIST is not there, and downloads are switched off',
    );
    expect(server.requests).toHaveLength(1);
  });

  test('show how far a download is, and Ctrl-C ends it as it ends training', async () => {
    const controller = new AbortController();
    const [out, err] = [capture(), capture()];
    const io = { out: out.output, err: err.output, cwd: '/', cache: '/', signal: controller.signal };
    const slow: DataSource = {
      name: 'slow',
      sample: { shape: [1] },
      task: null,
      async load({ onProgress, signal } = {}) {
        onProgress?.({
          type: 'start',
          set: 'slow',
          file: 'a.gz',
          url: 'http://a.example/a.gz',
          resumedAt: 0,
          total: 5e6,
        });
        controller.abort();
        signal?.throwIfAborted();
        throw new Error('unreachable');
      },
    };
    const config = { data: slow, validation: null, seed: 0 };
    await expect(loadData(config, false, io)).rejects.toThrow(
      'reading the data (slow) was stopped; what was fetched is kept',
    );
    expect(out.text()).toBe('  a.gz: 5.0 MB from http://a.example/a.gz\n');
    await expect(loadData(config, true, io)).rejects.toThrow('was stopped');
    expect(out.text() + err.text()).toBe('  a.gz: 5.0 MB from http://a.example/a.gz\n');
  });
});

describe('splitValidation', () => {
  const items = (classes: readonly string[], y: readonly number[]): ArrayDataset => ({
    name: 'toy',
    length: y.length,
    classes,
    x: { dtype: 'uint8', shape: [y.length, 1], data: Uint8Array.from(y, (_, i) => i) },
    y: { dtype: 'int32', shape: [y.length], data: Int32Array.from(y) },
    licence: '',
    source: '',
    citation: '',
  });
  const skewed = items(
    ['a', 'b'],
    Array.from({ length: 50 }, (_, i) => (i < 10 ? 0 : 1)),
  );

  test('takes the same share of each class, once', () => {
    const { train, validation } = splitValidation(skewed, 0.1, 3);
    expect([classCounts(validation), classCounts(train)]).toEqual([
      [1, 4],
      [9, 36],
    ]);
    expect([...train.x.data, ...validation.x.data].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  test('is the same for a seed and another for another', () => {
    const taken = (seed: number): number[] => [...splitValidation(skewed, 0.2, seed).validation.x.data];
    expect(taken(1)).toEqual(taken(1));
    expect(taken(1)).not.toEqual(taken(2));
  });

  test('needs no classes, and at least one item in each part', () => {
    expect(
      splitValidation(
        items(
          [],
          Array.from({ length: 30 }, () => 0),
        ),
        0.1,
        0,
      ).validation.length,
    ).toBe(3);
    expect(() => splitValidation(items(['a'], [0, 0, 0]), 0.1, 0)).toThrow(
      'validation: a share of 0.1 leaves 3 items to train and 0 to validate',
    );
  });
});
