import { createHash } from 'node:crypto';
import type { NDArray } from '@descent/core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { worthOfWorkers } from '../src/loader/workers/worth.ts';
import type { ArrayDataset, LoaderOptions } from '../src/public/index.ts';
import { colorJitter, randomAffine, randomHorizontalFlip } from '../src/transforms/factories.ts';
import { type Built, builtPackage } from './built.ts';
import { noise } from './mirror.ts';

describe('workers are worth it', () => {
  test('for batches that take this thread longer than handing them over, by the quickest of eight', () => {
    const cheap = worthOfWorkers();
    for (const ms of [9, 3, 1, 0.8, 0.6, 0.6, 0.6]) cheap.made(ms);
    expect(cheap.verdict).toBe('unknown');
    cheap.made(0.4);
    expect(cheap.verdict).toBe('here');
    const dear = worthOfWorkers();
    for (let i = 0; i < 8; i++) dear.made(2);
    expect(dear.verdict).toBe('workers');
    const slow = worthOfWorkers();
    slow.made(150);
    expect(slow.verdict).toBe('workers');
  });

  test('as long as their batches are waited for less than making them takes', () => {
    const worth = worthOfWorkers();
    for (let i = 0; i < 8; i++) worth.made(2);
    // Threads start.
    for (let i = 0; i < 16; i++) worth.waited(200);
    for (let i = 0; i < 320; i++) worth.waited(i % 2 === 0 ? 0 : 3.9);
    expect(worth.verdict).toBe('workers');
    for (let i = 0; i < 32; i++) worth.waited(2.1);
    expect(worth.verdict).toBe('here');
    worth.made(1000);
    worth.waited(0);
    expect(worth.verdict).toBe('here');
  });
});

describe('a loader with workers of data in memory', () => {
  let built: Built;
  beforeAll(async () => {
    built = await builtPackage();
  });
  afterAll(() => built.remove());

  const hash = ({ data }: NDArray): string =>
    createHash('sha256')
      .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      .digest('hex');

  /** `n` pictures in colour. */
  const pictures = (n: number, side: number): ArrayDataset => ({
    ...{ name: 'noise', length: n, classes: ['a', 'b'], licence: '', source: '', citation: '' },
    x: { dtype: 'uint8', shape: [n, 3, side, side], data: noise(n * 3 * side * side) },
    y: { dtype: 'int32', shape: [n], data: Int32Array.from({ length: n }, (_, i) => i % 2) },
  });

  /** The batches of two epochs, and how many threads were started for them. */
  async function run(data: ArrayDataset, options: LoaderOptions): Promise<{ batches: unknown[]; threads: number }> {
    let threads = 0;
    const count = (): void => {
      threads += 1;
    };
    process.on('worker', count);
    const loader = built.datasets.loader(data, options);
    onTestFinished(() => loader.close());
    const batches: unknown[] = [];
    for (const epoch of [0, 1]) {
      for await (const { x, y, index } of loader.epoch(epoch)) {
        batches.push([hash(x), hash(y), x.shape, y.shape, index, epoch]);
      }
    }
    await loader.close();
    process.off('worker', count);
    return { batches, threads };
  }

  test('starts none without transforms, nor for cheap ones', async () => {
    const data = pictures(60, 4);
    for (const transform of [[], randomHorizontalFlip()]) {
      const options = { batchSize: 2, shuffle: true, transform };
      const { batches, threads } = await run(data, { ...options, workers: 4 });
      expect(threads).toBe(0);
      expect(batches).toEqual((await run(data, options)).batches);
    }
  });

  test('starts them for dear ones, in the middle of an epoch, with the batches of none', async () => {
    const data = pictures(320, 24);
    const transform = [randomAffine(20, { interpolation: 'bilinear' }), colorJitter({ hue: 0.2, saturation: 0.3 })];
    const options = { batchSize: 32, shuffle: true, seed: 2, transform };
    const { batches, threads } = await run(data, { ...options, workers: 2 });
    expect(threads).toBe(2);
    expect(batches).toEqual((await run(data, options)).batches);
  });
});
