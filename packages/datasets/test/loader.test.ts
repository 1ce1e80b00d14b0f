import type { BatchSource } from '@descent/core';
import { fold, key, permutation } from '@descent/core/random';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { type Batch, type LoaderOptions, loader } from '../src/public/index.ts';
import { toy } from './helpers.ts';

/** Item numbers of each batch of a toy dataset. */
function items(batches: Iterable<Batch>): number[][] {
  return Array.from(batches, ({ x }) =>
    Array.from({ length: x.shape[0] as number }, (_, i) => x.data[6 * i] as number),
  );
}

describe('loader', () => {
  test('gives every item once, in batches of the right shapes', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        fc.boolean(),
        (n, batchSize, shuffle, dropLast) => {
          const data = toy(n);
          const batches = loader(data, { batchSize, shuffle, dropLast });
          const got = [...batches];
          expect(got.length).toBe(batches.length);
          expect(batches.length).toBe(dropLast ? Math.floor(n / batchSize) : Math.ceil(n / batchSize));
          got.forEach((batch, b) => {
            const size = b < Math.floor(n / batchSize) ? batchSize : n % batchSize;
            expect([batch.index, batch.epoch, batch.x.shape, batch.y.shape]).toEqual([b, 0, [size, 2, 3], [size]]);
            expect(batch.x.data.length).toBe(6 * size);
          });
          const seen = items(got).flat();
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen.length).toBe(dropLast ? n - (n % batchSize) : n);
          expect(got.flatMap(({ y }) => Array.from(y.data))).toEqual(seen.map((i) => i % 3));
          expect(Array.from(batches.indices(0))).toEqual(seen);
        },
      ),
    );
  });

  test('each iteration is the next epoch, in an order that seed and epoch decide', () => {
    const options = { batchSize: 7, shuffle: true, seed: 5 };
    const batches = loader(toy(30), options);
    const epochs = [items(batches), items(batches), items(batches)];
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect([...batches].map(({ epoch }) => epoch)).toEqual([3, 3, 3, 3, 3]);
    expect(items(loader(toy(30), options).epoch(2))).toEqual(epochs[2]);
    expect(epochs[2]?.flat()).toEqual(Array.from(permutation(fold(fold(key(5), 'shuffle'), 2), 30)));
    expect(items(loader(toy(30), { ...options, seed: 6 }))).not.toEqual(epochs[0]);
  });

  test('epoch(e) may be repeated and leaves the count alone', () => {
    const batches = loader(toy(10), { batchSize: 4, shuffle: true });
    const third = batches.epoch(3);
    expect(third.length).toBe(3);
    expect(items(third)).toEqual(items(third));
    expect([...batches][0]?.epoch).toBe(0);
  });

  test('without shuffle the order is that of the dataset', () => {
    expect(items(loader(toy(5), { batchSize: 2 }))).toEqual([[0, 1], [2, 3], [4]]);
  });

  test('for await gives the same batches and also counts epochs', async () => {
    const batches = loader(toy(9), { batchSize: 4, shuffle: true });
    const got: Batch[] = [];
    for await (const batch of batches) got.push(batch);
    expect(items(got)).toEqual(items(batches.epoch(0)));
    expect([...batches][0]?.epoch).toBe(1);
  });

  test('is what fit() takes, with the dataset to keep on the device', () => {
    const batches = loader(toy(4), { batchSize: 2 });
    expectTypeOf(batches).toExtend<BatchSource>();
    expect(batches.dataset.x.shape).toEqual([4, 2, 3]);
  });

  test('a batch owns its buffers', () => {
    const data = toy(4);
    const [first, second] = loader(data, { batchSize: 2 });
    first?.x.data.fill(99);
    expect(data.x.data[0]).toBe(0);
    expect(second?.x.data[0]).toBe(2);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ batchSize: 0 }, 'received: 0\n  expected: a positive integer'],
    [{ batchSize: 2.5 }, 'received: 2.5'],
    [{ batchSize: '64' }, 'received: "64"'],
    [{}, 'received: undefined'],
    [{ batchSize: 4, shuffle: 'yes' }, 'shuffle is a switch\n  received: "yes"'],
    [{ batchSize: 4, dropLast: 1 }, 'dropLast is a switch'],
    [{ batchSize: 4, seed: 0.5 }, 'received: 0.5'],
    [{ batchSize: 4, batch_size: 4 }, "loader has no option 'batch_size'"],
  ])('refuses %j', (options, message) => {
    expect(() => loader(toy(4), options as unknown as LoaderOptions)).toThrow(message);
  });

  test.each([-1, 1.5])('refuses epoch %s', (epoch) => {
    const batches = loader(toy(4), { batchSize: 2 });
    expect(() => batches.epoch(epoch)).toThrow(`received: ${epoch}\n  expected: a whole number >= 0`);
    expect(() => batches.indices(epoch)).toThrow('epochs are counted from 0');
  });
});
