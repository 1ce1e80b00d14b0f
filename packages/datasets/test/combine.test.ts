import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NDArray } from '@descent/core';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type ArrayDataset,
  cache,
  channelStatistics,
  classCounts,
  concatDatasets,
  foldOfItems,
  iris,
  kFold,
  map,
  randomSplit,
  subset,
} from '../src/public/index.ts';
import { folder, rejection, toy } from './helpers.ts';

function items(dataset: ArrayDataset): number[] {
  return Array.from({ length: dataset.length }, (_, i) => dataset.x.data[6 * i] as number);
}

const prices: ArrayDataset<'float32'> = {
  ...toy(4),
  classes: [],
  y: { dtype: 'float32', shape: [4], data: Float32Array.of(1.5, 2.5, 3.5, 4.5) },
};

describe('kFold', () => {
  test('each item is validated once, folds differ in size by one at most', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.nat(),
        fc.nat(1000),
        fc.boolean(),
        (n, more, seed, stratified) => {
          const k = 2 + (more % (n - 1));
          const folds = [...kFold(toy(n), k, { seed, stratified })];
          expect(folds.map(({ index }) => index)).toEqual(Array.from({ length: k }, (_, i) => i));
          expect(folds.flatMap(({ validation }) => items(validation)).sort((a, b) => a - b)).toEqual(
            Array.from({ length: n }, (_, i) => i),
          );
          for (const { train, validation } of folds) {
            expect([...items(train), ...items(validation)].sort((a, b) => a - b)).toEqual(
              Array.from({ length: n }, (_, i) => i),
            );
            expect(items(train)).toEqual(items(train).toSorted((a, b) => a - b));
          }
          const sizes = folds.map(({ validation }) => validation.length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('stratified folds hold the same share of each class', () => {
    const labels = Array.from({ length: 100 }, (_, i) => (i < 70 ? 0 : i < 90 ? 1 : 2));
    for (const { validation } of kFold(toy(100, labels), 5, { stratified: true })) {
      expect(classCounts(validation)).toEqual([14, 4, 2]);
    }
  });

  test('depends on the seed alone', () => {
    expect(foldOfItems(toy(50), 5, { seed: 3 })).toEqual(foldOfItems(toy(50), 5, { seed: 3 }));
    expect(foldOfItems(toy(50), 5, { seed: 3 })).not.toEqual(foldOfItems(toy(50), 5, { seed: 4 }));
  });

  test('of numbers to predict works, but not stratified', () => {
    const [first] = [...kFold(prices, 2)];
    expectTypeOf(first?.train.y.dtype).toEqualTypeOf<'float32' | undefined>();
    expect(first?.train.y.data.length).toBe(2);
    expect(() => [...kFold(prices, 2, { stratified: true })]).toThrow(
      'kFold with stratified: true: toy has no classes',
    );
    expect(() => randomSplit(prices, [0.5], { stratified: true })).toThrow(
      'randomSplit with stratified: true: toy has no classes',
    );
  });

  test.each([1, 0, 2.5, 51, Number.NaN])('refuses k %s', (k) => {
    expect(() => [...kFold(toy(50), k)]).toThrow('an integer from 2 to 50, the number of items');
  });

  test('a label without a class is an error', () => {
    expect(() => [...kFold(toy(3, [0, 1, 7]), 2, { stratified: true })]).toThrow('received: label 7 of item 2');
  });
});

describe('concatDatasets', () => {
  test('puts datasets one after another', () => {
    const joined = concatDatasets([subset(toy(5), [4, 0]), toy(2), subset(toy(5), [])]);
    expect(items(joined)).toEqual([4, 0, 0, 1]);
    expect(Array.from(joined.y.data)).toEqual([1, 0, 0, 1]);
    expect([joined.length, joined.x.shape, joined.name, joined.licence]).toEqual([4, [4, 2, 3], 'toy', 'CC0-1.0']);
    const other = concatDatasets([toy(1), { ...toy(1), name: 'other', licence: 'MIT' }]);
    expect([other.name, other.licence, other.source]).toEqual(['toy + other', 'CC0-1.0; MIT', 'made up']);
    expect(concatDatasets([prices, prices], { name: 'both' })).toMatchObject({
      name: 'both',
      length: 8,
      y: { dtype: 'float32' },
    });
  });

  test('what a split took apart comes back', () => {
    const whole = toy(20);
    const parts = randomSplit(whole, [0.3, 0.7], { seed: 5 });
    expect(items(concatDatasets([...parts])).sort((a, b) => a - b)).toEqual(items(whole));
  });

  test.each([
    [{ classes: ['a', 'b', 'd'] }, 'different classes'],
    [{ features: ['x'] }, 'different features'],
    [{ x: { dtype: 'float32', shape: [2, 2, 3], data: new Float32Array(12) } as const }, 'different element types'],
    [{ x: { dtype: 'uint8', shape: [2, 3, 2], data: new Uint8Array(12) } as const }, 'have different shapes'],
  ])('refuses %j', (change, message) => {
    expect(() => concatDatasets([toy(2), { ...toy(2), ...change }])).toThrow(message);
    expect(() => concatDatasets([])).toThrow('no dataset to begin with');
  });
});

describe('map', () => {
  test('changes each item, its shape and type included, and not the dataset', () => {
    const data = toy(3);
    const halved = map(data, ({ shape, data: values }, index) => ({
      dtype: 'float32',
      shape: [values.length],
      data: Float32Array.from(values, (v) => v / 2 + index + shape.length),
    }));
    expect(halved.x).toEqual({
      dtype: 'float32',
      shape: [3, 6],
      data: Float32Array.from({ length: 18 }, (_, i) => Math.floor(i / 6) * 1.5 + 2),
    });
    expect(halved.y).toEqual(data.y);
    map(data, (item) => {
      item.data.fill(99);
      return item;
    });
    expect(items(data)).toEqual([0, 1, 2]);
  });

  test('refuses results that differ', () => {
    const grow = (_: NDArray, index: number): NDArray<'uint8'> => ({
      dtype: 'uint8',
      shape: [index + 1],
      data: new Uint8Array(index + 1),
    });
    expect(() => map(toy(2), grow)).toThrow(
      'received: [2] with 2 elements for item 1\n  expected: [1] with 1 elements',
    );
    expect(() =>
      map(toy(2), (_, i) =>
        i === 0
          ? { dtype: 'uint8', shape: [1], data: new Uint8Array(1) }
          : { dtype: 'float32', shape: [1], data: new Float32Array(1) },
      ),
    ).toThrow('received: float32 for item 1\n  expected: uint8');
    expect(() => map(toy(0), (item) => item)).toThrow('there is no item');
  });
});

describe('channelStatistics', () => {
  /** By the definition, in float64. */
  function direct(array: NDArray<'uint8' | 'float32'>, scale: number): { mean: number[]; std: number[] } {
    const [n = 0, c = 0, ...rest] = array.shape;
    const inner = rest.reduce((a, b) => a * b, 1);
    const channels = Array.from({ length: c }, (_, k) =>
      Array.from({ length: n * inner }, (_, i) => {
        const item = Math.floor(i / inner);
        return (array.data[(item * c + k) * inner + (i % inner)] as number) * scale;
      }),
    );
    const mean = channels.map((values) => values.reduce((a, b) => a + b, 0) / values.length);
    const std = channels.map((values, k) =>
      Math.sqrt(values.reduce((a, b) => a + (b - (mean[k] as number)) ** 2, 0) / values.length),
    );
    return { mean, std };
  }

  test('agrees with the definition, for bytes and floats', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat(255)),
        (n, c, inner, bytes, values) => {
          const numbers = [...values.take(n * c * inner)];
          const array: NDArray<'uint8' | 'float32'> = bytes
            ? { dtype: 'uint8', shape: [n, c, inner], data: Uint8Array.from(numbers) }
            : { dtype: 'float32', shape: [n, c, inner], data: Float32Array.from(numbers, (v) => v / 7 - 10) };
          const result = channelStatistics(array);
          const expected = direct(array, bytes ? 1 / 255 : 1);
          result.mean.forEach((m, k) => {
            expect(m).toBeCloseTo(expected.mean[k] as number, 10);
          });
          result.std.forEach((s, k) => {
            expect(s).toBeCloseTo(expected.std[k] as number, 10);
          });
          expect(result.count).toBe(n * inner);
        },
      ),
    );
  });

  test('of a table are those of its columns, and make it normal', async () => {
    const data = await iris({ all: true });
    const { mean, std, min, max } = channelStatistics(data);
    expect(min[0]).toBeCloseTo(4.3, 6);
    expect(max[0]).toBeCloseTo(7.9, 6);
    const normal = map(data, ({ shape, data: row }) => ({
      dtype: 'float32',
      shape,
      data: Float32Array.from(row, (v, k) => (v - (mean[k] as number)) / (std[k] as number)),
    }));
    const after = channelStatistics(normal);
    for (const m of after.mean) expect(m).toBeCloseTo(0, 6);
    for (const s of after.std) expect(s).toBeCloseTo(1, 6);
  });

  test('large values far from zero keep their spread', () => {
    const data = Float32Array.from({ length: 1000 }, (_, i) => 1e6 + (i % 2));
    expect(channelStatistics({ dtype: 'float32', shape: [1000, 1], data }).std[0]).toBe(0.5);
  });

  test('refuses what has no statistics', () => {
    const nan = { dtype: 'float32', shape: [2, 1], data: Float32Array.of(1, Number.NaN) } as const;
    expect(() => channelStatistics(nan)).toThrow('received: NaN in item 1, channel 0');
    expect(() => channelStatistics(subset(toy(3), []))).toThrow('toy is empty');
    expect(() => channelStatistics({ dtype: 'uint8', shape: [3], data: new Uint8Array(3) })).toThrow(
      'no axis of channels',
    );
    expect(() => channelStatistics(toy(2), { scale: 0 })).toThrow('scale is a factor');
  });
});

describe('cache', () => {
  test('makes a dataset once for a key, and reads it back the same', async () => {
    const root = folder();
    let made = 0;
    const make = (): ArrayDataset => {
      made += 1;
      return { ...toy(5), features: ['f'] };
    };
    const first = await cache(make, { key: 'toy v1', folder: root });
    const second = await cache(make, { key: 'toy v1', folder: root });
    expect(second).toEqual(first);
    expect(made).toBe(1);
    await cache(make, { key: 'toy v2', folder: root });
    expect(made).toBe(2);
    expect(readdirSync(root).length).toBe(2);
    const [entry] = readdirSync(root).filter((name) => name.startsWith('toy-v1-'));
    expect(readdirSync(join(root, entry as string)).sort()).toEqual(['dataset.json', 'x.npy', 'y.npy']);
    const typed = await cache(async () => prices, { key: 'prices', folder: root });
    expectTypeOf(typed).toEqualTypeOf<ArrayDataset<'float32'>>();
    expect(await cache(async () => prices, { key: 'prices', folder: root })).toEqual(prices);
  });

  test.each(['x.npy', 'dataset.json'])('makes it again when %s was damaged, cut off or removed', async (name) => {
    const root = folder();
    const make = async (): Promise<ArrayDataset> => toy(5);
    const key = { key: 'k', folder: root };
    const first = await cache(make, key);
    const file = join(root, readdirSync(root)[0] as string, name);
    const bytes = readFileSync(file);
    for (const damage of [
      () => writeFileSync(file, Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) as number) ^ 1])])),
      () => writeFileSync(file, bytes.subarray(0, bytes.length >> 1)),
      () => rmSync(file),
    ]) {
      damage();
      expect(await cache(make, key)).toEqual(first);
      expect(existsSync(file)).toBe(true);
      expect(Buffer.compare(readFileSync(file), bytes)).toBe(0);
      expect(readdirSync(root).length).toBe(1);
    }
  });

  test('keeps nothing when making fails, and passes the error on', async () => {
    const root = folder();
    const error = await rejection(
      cache(
        () => {
          throw new Error('no');
        },
        { key: 'k', folder: root },
      ),
    );
    expect(error.message).toBe('no');
    expect(readdirSync(root)).toEqual([]);
    expect((await rejection(cache(() => toy(1), { key: '', folder: root }))).message).toContain('key says what');
    const file = join(folder({ f: new Uint8Array() }), 'f');
    expect((await rejection(cache(() => toy(1), { key: 'k', folder: file }))).name).toBe('DataFileError');
  });

  test('two at once give the same', async () => {
    const root = folder();
    const make = (): ArrayDataset => toy(5);
    const all = await Promise.all(Array.from({ length: 5 }, () => cache(make, { key: 'k', folder: root })));
    for (const one of all) expect(one).toEqual(toy(5));
    expect(readdirSync(root).length).toBe(1);
  });
});
