// Datasets whose inputs and targets are several arrays by name.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  accuracy,
  type BatchSource,
  createTrainer,
  crossEntropy,
  fit,
  flatten,
  layer,
  linear,
  lossOn,
  metricOn,
  mse,
  type NDArray,
  type Node,
  ndarray,
  parameter,
  sequential,
  sgd,
  type Trainer,
  toNested,
  weightedSum,
} from '@descent/core';
import { add, gather, mean } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { afterAll, beforeAll, describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import {
  type AsyncLoaderOf,
  cache,
  channelStatistics,
  classCounts,
  concatDatasets,
  cutmix,
  kFold,
  type LazyDatasetOf,
  loader,
  map,
  mixup,
  normalize,
  oneHot,
  randomCrop,
  randomHorizontalFlip,
  randomSplit,
  subset,
  subsetSampler,
  toFloat,
  transformed,
} from '../src/public/index.ts';
import { type Built, builtPackage } from './built.ts';
import { folder, rejection, toy } from './helpers.ts';

type Items = { readonly picture: NDArray<'uint8'>; readonly numbers: NDArray<'float32'> };
type Targets = { readonly label: NDArray<'int32'>; readonly size: NDArray<'float32'> };

const range = (n: number, f: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => f(i));

/** `n` items; every number of item `i` tells that it is from item `i`. */
function rooms(n: number) {
  return {
    name: 'rooms',
    length: n,
    classes: ['a', 'b', 'c'],
    x: {
      picture: ndarray('uint8', [n, 1, 4, 4], Uint8Array.from(range(16 * n, (i) => 10 * Math.floor(i / 16) + (i % 4)))),
      numbers: ndarray('float32', [n, 2], Float32Array.from(range(2 * n, (i) => Math.floor(i / 2) / 4))),
    } satisfies Items as Items,
    y: {
      label: ndarray('int32', [n], Int32Array.from(range(n, (i) => i % 3))),
      size: ndarray('float32', [n, 1], Float32Array.from(range(n, (i) => i / 2))),
    } satisfies Targets as Targets,
    ...{ licence: 'CC0-1.0', source: 'made up', citation: '' },
  };
}

const MODULE = new URL('./fixtures/several-module.mjs', import.meta.url);

let built: Built;
beforeAll(async () => {
  built = await builtPackage();
});
afterAll(() => built.remove());

async function collect<T>(batches: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

describe('a loader of several arrays', () => {
  test('keeps the rows of all together, in any order, and its batches have the types of the dataset', () => {
    const data = rooms(10);
    const batches = loader(data, { batchSize: 4, shuffle: true, seed: 3, dropLast: true });
    expectTypeOf(batches).toExtend<BatchSource>();
    let items = 0;
    for (const { x, y } of batches) {
      expectTypeOf(x).toEqualTypeOf<Items>();
      expectTypeOf(y).toEqualTypeOf<Targets>();
      expect([x.picture.shape, x.numbers.shape, y.label.shape, y.size.shape]).toEqual([
        [4, 1, 4, 4],
        [4, 2],
        [4],
        [4, 1],
      ]);
      for (let i = 0; i < 4; i++) {
        const item = (y.size.data[i] as number) * 2;
        expect([x.picture.data[16 * i], x.numbers.data[2 * i], y.label.data[i]]).toEqual([
          10 * item,
          item / 4,
          item % 3,
        ]);
        items += 1;
      }
    }
    expect(items).toBe(8);
    expectTypeOf(batches.sample.picture.dtype).toEqualTypeOf<'float32' | 'int32' | 'uint8' | 'bool'>();
    expect(batches.sample).toEqual({
      picture: { dtype: 'uint8', shape: [1, 4, 4] },
      numbers: { dtype: 'float32', shape: [2] },
    });
    const some = loader(data, { batchSize: 2, sampler: subsetSampler([7, 1]) });
    expect([...some].map(({ y }) => [...y.size.data])).toEqual([[3.5, 0.5]]);
  });

  test('of one array of inputs and several targets, and the other way round', () => {
    const { x, y } = rooms(4);
    const [first] = [...loader({ x: x.picture, y }, { batchSize: 2 })];
    expectTypeOf(first?.x).toEqualTypeOf<NDArray<'uint8'> | undefined>();
    expect([first?.x.shape, first?.y.label.data]).toEqual([[2, 1, 4, 4], Int32Array.of(0, 1)]);
    const [second] = [...loader({ x, y: y.label }, { batchSize: 2 })];
    expect([second?.x.numbers.shape, second?.y.data]).toEqual([[2, 2], Int32Array.of(0, 1)]);
  });

  test('gives lazy data by several threads as it gives data in memory', async () => {
    const data = rooms(9);
    const { name, length, classes, x, y } = data;
    const expected = await collect(loader(data, { batchSize: 4, shuffle: true, seed: 2 }));
    const module = { module: MODULE, export: 'severalRows', options: { name, length, classes, x, y } };
    const lazy = await built.datasets.moduleDataset<LazyDatasetOf<Items, { label: number; size: NDArray }>>(module);
    for (const workers of [0, 2]) {
      const batches = built.datasets.loader(lazy, { batchSize: 4, shuffle: true, seed: 2, workers });
      onTestFinished(() => batches.close());
      expectTypeOf(batches).toExtend<
        AsyncLoaderOf<{ readonly picture: NDArray; readonly numbers: NDArray }, { label: NDArray; size: NDArray }>
      >();
      expect(await collect(batches)).toEqual(expected);
    }
  });

  test('changes arrays by name, whoever makes the batches, as one array by itself', async () => {
    const data = rooms(600);
    const transform = { picture: [randomHorizontalFlip(), randomCrop(3), toFloat()], numbers: normalize(0, 2) };
    const batches = loader(data, { batchSize: 200, transform });
    expect(batches.sample).toEqual({
      picture: { dtype: 'float32', shape: [1, 3, 3] },
      numbers: { dtype: 'float32', shape: [2] },
    });
    const made = await collect(batches);
    expect(made.map(({ x }) => [x.picture.shape, x.picture.dtype])).toEqual(
      made.map(() => [[200, 1, 3, 3], 'float32']),
    );
    expect(made[0]?.x.numbers.data[3]).toBe(0.125);
    // Both ways to flip occur, and those of an item differ from epoch to epoch.
    const firsts = made.flatMap(({ x }) =>
      range(200, (i) => ((x.picture.data[9 * i] as number) > (x.picture.data[9 * i + 1] as number) ? 1 : 0)),
    );
    expect(firsts.reduce((a, b) => a + b, 0)).toBeGreaterThan(200);
    expect(await collect(batches.epoch(1))).not.toEqual(made.map((batch) => ({ ...batch, epoch: 1 })));
    const { name, length, classes, x, y } = data;
    const module = { module: MODULE, export: 'severalRows', options: { name, length, classes, x, y } };
    const lazy = await built.datasets.moduleDataset<LazyDatasetOf<Items>>(module);
    const threads = built.datasets.loader(lazy, { batchSize: 200, transform, workers: 2 });
    onTestFinished(() => threads.close());
    expect(await collect(threads)).toEqual(made);
    // In memory, the workers are told the transforms, too.
    const shared = built.datasets.loader(data, { batchSize: 200, transform, workers: 1 });
    onTestFinished(() => shared.close());
    expect(await collect(shared)).toEqual(made);
  });

  test('leaves out items that cannot be read', async () => {
    const data = rooms(6);
    const row = (array: NDArray, i: number, size: number): NDArray => ({
      dtype: array.dtype,
      shape: array.shape.slice(1),
      data: array.data.slice(i * size, (i + 1) * size),
    });
    const lazy: LazyDatasetOf = {
      ...{ name: 'rooms', length: 6, classes: [] },
      sample: { picture: { dtype: 'uint8', shape: [1, 4, 4] }, numbers: { dtype: 'float32', shape: [2] } },
      target: { label: { dtype: 'int32', shape: [] } },
      async get(i) {
        if (i === 1) throw new Error('unreadable');
        const x = { picture: row(data.x.picture, i, 16), numbers: row(data.x.numbers, i, 2) };
        return { x, y: { label: data.y.label.data[i] as number } };
      },
    };
    const options = { batchSize: 3, onError: 'skip', onSkip: () => {} } as const;
    const [first] = await collect(loader(lazy, options));
    const expected = [...loader(subset(data, [0, 2]), { batchSize: 2 })][0];
    expect([first?.x, first?.y]).toEqual([expected?.x, { label: expected?.y.label }]);
    const wrong = (item: object): Promise<Error> =>
      rejection(collect(loader({ ...lazy, get: async () => item as never }, { batchSize: 3 })));
    const { picture, numbers } = data.x;
    const one = { picture: row(picture, 0, 16), numbers: row(numbers, 0, 2) };
    expect((await wrong({ x: { picture: one.picture }, y: { label: 0 } })).message).toContain(
      'item 0 of rooms: the item has no array of inputs called numbers',
    );
    expect((await wrong({ x: one, y: 0 })).message).toContain('the item has no target of this name');
    expect((await wrong({ x: one, y: { label: 0.5 } })).message).toContain('item 0 of rooms › label: the target');
    expect((await wrong({ x: { ...one, numbers: one.picture }, y: { label: 0 } })).message).toContain(
      'item 0 of rooms › numbers: the item has another element type',
    );
  });
});

describe('a dataset of several arrays goes through', () => {
  test('subset, randomSplit, kFold, concatDatasets, map, transformed and cache', async () => {
    const data = rooms(12);
    const parts = randomSplit(data, [0.5, 0.5], { stratified: true });
    expectTypeOf(parts[0].x).toEqualTypeOf<Items>();
    expect(parts.map(classCounts)).toEqual([
      [2, 2, 2],
      [2, 2, 2],
    ]);
    const joined = concatDatasets(parts);
    expect([...joined.y.size.data].sort((a, b) => a - b)).toEqual([...data.y.size.data]);
    expect(joined.x.picture.shape).toEqual([12, 1, 4, 4]);
    const order = { ...parts[1], x: { numbers: parts[1].x.numbers, picture: parts[1].x.picture } };
    expect(concatDatasets([parts[0], order]).x).toEqual(joined.x);
    for (const { train, validation } of kFold(data, 3)) {
      expect([train.x.numbers.shape, validation.y.size.shape]).toEqual([
        [8, 2],
        [4, 1],
      ]);
    }
    const doubled = map(data, ({ picture, numbers }) => ({
      picture,
      numbers: { ...numbers, data: numbers.data.map((v) => v * 2) as Float32Array },
    }));
    expect([doubled.x.numbers.data[23], doubled.x.picture]).toEqual([5.5, data.x.picture]);
    expect(map(data, ({ numbers }) => numbers).x.shape).toEqual([12, 2]);
    expect(transformed(data, { picture: [toFloat()] }).x.picture.data[16]).toBeCloseTo(10 / 255, 7);
    expect(channelStatistics(data.x.numbers).count).toBe(12);

    const root = folder();
    const first = await cache(() => data, { key: 'rooms', folder: root });
    const again = await cache<Items, Targets>(() => expect.unreachable(), { key: 'rooms', folder: root });
    expectTypeOf(again.y).toEqualTypeOf<Targets>();
    expect(again).toEqual(first);
    expect(readdirSync(join(root, readdirSync(root)[0] as string)).sort()).toEqual([
      'dataset.json',
      ...['x-0.npy', 'x-1.npy', 'y-0.npy', 'y-1.npy'],
    ]);
  });
});

type Seen = { readonly picture: Node; readonly numbers: Node };
type Heads = { readonly label: Node; readonly size: Node };

async function trainer(): Promise<Trainer<Seen, Heads, Heads>> {
  const see = sequential(flatten(), linear(16, 4));
  const made = await createTrainer({
    model: layer(
      'rooms',
      { see, read: linear(2, 4), label: linear(4, 3), size: linear(4, 1) },
      ({ picture, numbers }: Seen, { see, read, label, size }) => {
        const both = add(see(picture), read(numbers));
        return { label: label(both), size: size(both) };
      },
    ),
    loss: weightedSum(
      { loss: lossOn({ output: 'label', target: 'label' }, crossEntropy()), weight: 1 },
      { loss: lossOn({ output: 'size', target: 'size' }, mse()), weight: 0.1 },
    ),
    metrics: [metricOn({ output: 'label', target: 'label', name: 'accuracy' }, accuracy())],
    optimizer: sgd({ lr: 0.01 }),
    backend: referenceBackend(),
  });
  onTestFinished(() => made.dispose());
  return made;
}

describe('fit and evaluate of several arrays', () => {
  test('give the same numbers from rows on the device, batches in memory, and lazy data with workers', async () => {
    const data = transformed(rooms(12), { picture: [toFloat()] });
    const options = { batchSize: 5, shuffle: true, seed: 1 };
    const resident = loader(data, options);
    const { dataset: _, ...fed } = { ...resident, epoch: resident.epoch, indices: resident.indices };
    const { name, length, classes, x, y } = data;
    const module = { module: MODULE, export: 'severalRows', options: { name, length, classes, x, y } };
    const lazy = await built.datasets.moduleDataset<LazyDatasetOf<Items>>(module);
    const threads = built.datasets.loader(lazy, { ...options, workers: 1 });
    onTestFinished(() => threads.close());
    const results: unknown[] = [];
    for (const train of [resident, fed, threads]) {
      const trained = await trainer();
      const { history } = await fit(trained, {
        train,
        test: loader(data, { batchSize: 4 }),
        epochs: 3,
        log: null,
      });
      results.push(history.map(({ seconds, ...rest }) => rest));
      expect((await trained.evaluate(loader(data, { batchSize: 12 }))).loss).toBeCloseTo(
        history[2]?.test?.loss as number,
        5,
      );
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    const first = (results[0] as { train: { loss: number } }[]).map(({ train }) => train.loss);
    expect(first[2]).toBeLessThan(first[0] as number);
  });

  test('of tokens are the same with and without workers', async () => {
    const [n, time] = [24, 5];
    const tokens = ndarray('int32', [n, time], Int32Array.from(range(n * time, (i) => (i * i) % 7)));
    const label = ndarray('int32', [n], Int32Array.from(range(n, (i) => Number(tokens.data[i * time] === 1))));
    const data = { name: 'tokens', length: n, classes: ['no', 'yes'], x: { tokens }, y: { label } };
    const module = { module: MODULE, export: 'severalRows', options: data };
    const lazy = await built.datasets.moduleDataset<LazyDatasetOf<typeof data.x>>(module);
    const results: unknown[] = [];
    for (const workers of [undefined, 0, 2]) {
      const options = { batchSize: 7, shuffle: true };
      const train =
        workers === undefined ? loader(data, options) : built.datasets.loader(lazy, { ...options, workers });
      onTestFinished(() => train.close());
      const trained = await createTrainer({
        model: layer(
          'words',
          { table: parameter([7, 4]), decide: linear(4, 2) },
          (x: { readonly tokens: Node }, { table, decide }) => decide(mean(gather(table, x.tokens), { axes: [1] })),
        ),
        loss: lossOn({ target: 'label' }, crossEntropy()),
        optimizer: sgd({ lr: 0.5 }),
        backend: referenceBackend(),
      });
      const { history } = await fit(trained, { train, epochs: 4, log: null });
      trained.dispose();
      results.push(history.map(({ train: { loss } }) => loss));
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    const [first, , , last] = results[0] as number[];
    expect(last).toBeLessThan(first as number);
  });

  test('look at all targets before training', async () => {
    const data = rooms(6);
    const label = ndarray('int32', [6], Int32Array.of(0, 1, 2, 0, 1, 3));
    const train = loader({ ...data, y: { ...data.y, label } }, { batchSize: 2, transform: { picture: toFloat() } });
    const error = await rejection(fit(await trainer(), { train, epochs: 1, log: null }));
    expect(error.message).toContain('received: label 3 in row 5');
  });
});

describe('{ x, y } is enough', () => {
  test('its name, length and classes are found', () => {
    const { x, y } = toy(7);
    const batches = loader({ x, y }, { batchSize: 3 });
    expect(batches.dataset).toMatchObject({ name: 'data', length: 7, classes: ['0', '1', '2'] });
    expect([...batches].map(({ y }) => toNested(y))).toEqual([[0, 1, 2], [0, 1, 2], [0]]);
    // A label that a loss leaves out is no class; numbers and points have none.
    const ignoring = ndarray('int32', [7], Int32Array.of(-100, 0, 1, 4, 0, 0, 0));
    expect(loader({ x, y: ignoring }, { batchSize: 3 }).dataset.classes).toEqual(['0', '1', '2', '3', '4']);
    for (const other of [
      ndarray('float32', [7], new Float32Array(7)),
      ndarray('int32', [7, 2], new Int32Array(14)),
      ndarray('int32', [7], Int32Array.from(range(7, (i) => i * 1e6))),
    ])
      expect(loader({ x, y: other }, { batchSize: 3 }).dataset.classes).toEqual([]);
    const full = toy(3);
    expect(loader(full, { batchSize: 1 }).dataset).toBe(full);
    expect(randomSplit({ x, y }, [4 / 7, 3 / 7]).map(({ length }) => length)).toEqual([4, 3]);
    expect(classCounts({ x, y: { label: y, size: ndarray('float32', [7], new Float32Array(7)) } })).toEqual([3, 2, 2]);
  });

  const { x, y } = rooms(4);
  test.each<[string, unknown, string]>([
    ['other numbers of rows', { x, y: toy(3).y }, 'received: x.picture [4, 1, 4, 4], x.numbers [4, 2], y [3]'],
    ['another length than it says', { x, y, length: 5 }, 'x of data, picture, has another number of rows'],
    ['no targets', { x }, 'received: an object with x\n  expected: { x, y }'],
    ['lists', { x: [[1]], y: [1] }, 'x of data is no array with a shape\n  received: a list'],
    ['a list among arrays', { x: { ...x, more: [1] }, y }, 'x of data, more, is no array with a shape'],
    ['records in records', { x: { left: x }, y }, 'x of data, left, is no array with a shape'],
    ['nothing by name', { x: {}, y }, 'x of data is no array with a shape'],
    [
      'an array called shape',
      { x: { shape: x.picture }, y },
      'x of data: this cannot be the name of one of several arrays',
    ],
    ['one number', { x: { dtype: 'float32', shape: [], data: Float32Array.of(1) }, y }, 'received: x [], y.label [4]'],
    ['no object', 7, 'this is no dataset'],
    ['a name that is none', { x, y, name: 7 }, 'received: name: 7'],
  ])('%s', (_, data, message) => {
    expect(() => loader(data as never, { batchSize: 2 })).toThrow(message);
  });
});

describe('what does not fit several arrays is refused', () => {
  const data = rooms(4);
  test.each<[string, () => unknown, string]>([
    [
      'transforms without names',
      () => loader(data, { batchSize: 2, transform: [toFloat()] }),
      'expected: an object with some of the names picture, numbers\n  fix: transform: { picture: […] }',
    ],
    [
      'an unknown name',
      () => loader(data, { batchSize: 2, transform: { pictures: [toFloat()] } }),
      'received: pictures',
    ],
    [
      'names for one array',
      () => loader(toy(4), { batchSize: 2, transform: { picture: [toFloat()] } }),
      'transforms by name are for items of several arrays',
    ],
    [
      'what is no transform',
      () => loader(data, { batchSize: 2, transform: { picture: [7 as never] } }),
      'transform.picture[0]: loader: this is no transform',
    ],
    [
      'nothing for a name',
      () => loader(data, { batchSize: 2, transform: { picture: undefined as never } }),
      'there are no transforms for picture',
    ],
    [
      'a transform that does not fit',
      () => loader(data, { batchSize: 2, transform: { numbers: [randomCrop(2)] } }),
      'numbers › transforms[0] randomCrop(2)',
    ],
    [
      'mixup of several inputs',
      () => loader({ x: data.x, y: data.y.label }, { batchSize: 2, batchTransform: mixup({ classes: 3 }) }),
      'batchTransforms[0] mixup(): this batch transform takes one array of samples\n  received: several: picture, numbers',
    ],
    [
      'cutmix with several targets',
      () => loader({ x: data.x.picture, y: data.y }, { batchSize: 2, batchTransform: cutmix({ classes: 3 }) }),
      'takes one array of targets\n  received: several: label, size',
    ],
    [
      'classes of two targets that may have some',
      () => classCounts({ ...data, y: { left: data.y.label, right: data.y.label } }),
      'received: targets left int32 [4], right int32 [4], 3 classes',
    ],
    [
      'other arrays to join',
      () => concatDatasets([data, { ...data, x: { picture: data.x.picture } as never }]),
      'rooms and rooms have different names of arrays',
    ],
    [
      'statistics of several',
      () => channelStatistics(data as never),
      'fix: give it alone: channelStatistics(data.x.picture)',
    ],
    [
      'results of map with other names',
      () => map(data, ({ picture }, i) => (i === 0 ? { picture } : { other: picture })),
      'received: other for item 1\n  expected: picture',
    ],
    [
      'a random transform once',
      () => transformed(data, { picture: [randomCrop(2)] }),
      'picture › transforms[0] randomCrop(2): each item is computed once here',
    ],
    [
      'a lazy dataset with a strange target',
      () =>
        loader(
          {
            ...{ name: 'lazy', length: 1, classes: [], sample: { a: { dtype: 'uint8', shape: [1] } } },
            ...{ target: { b: 'int32' as never }, get: async () => expect.unreachable() },
          },
          { batchSize: 1 },
        ),
      'received: target.b: the text "int32"',
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  test('rows of labels are fine beside several inputs', async () => {
    const batches = loader({ x: data.x, y: data.y.label }, { batchSize: 2, batchTransform: oneHot(3) });
    const [first] = await collect(batches);
    expect([first?.x.numbers?.shape, toNested(first?.y as NDArray)]).toEqual([
      [2, 2],
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
    ]);
  });
});
