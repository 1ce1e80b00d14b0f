import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fold, key } from '@descent/core/random';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  applyBatchTransforms,
  applyTransforms,
  type Item,
  imageFiles,
  imageFolder,
  type LazyDataset,
  listImageFolder,
  loader,
  mixup,
  moduleDataset,
  randomErasing,
  subsetSampler,
  toFloat,
} from '../src/public/index.ts';
import { folder, rejection, toy } from './helpers.ts';
import { jpegFolder } from './jpegs.ts';

const MODULE = new URL('./fixtures/lazy-module.mjs', import.meta.url);

describe('imageFiles', () => {
  test('opens what imageFolder has in memory', async () => {
    const root = await jpegFolder(7);
    writeFileSync(
      join(root, 'b', 'z.png'),
      await sharp({ create: { width: 5, height: 9, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );
    const options = { width: 6, height: 4, channels: 3 } as const;
    const all = await imageFolder(root, options);
    const lazy = imageFiles(await listImageFolder(root), options);
    expect([lazy.length, lazy.classes, lazy.sample]).toEqual([8, ['a', 'b'], { dtype: 'uint8', shape: [3, 4, 6] }]);
    let at = 0;
    for await (const { x, y } of loader(lazy, { batchSize: 3 })) {
      const size = x.shape[0] as number;
      expect(x.shape).toEqual([size, 3, 4, 6]);
      expect(x.data).toEqual(all.x.data.slice(72 * at, 72 * (at + size)));
      expect(y.data).toEqual(all.y.data.slice(at, at + size));
      at += size;
    }
    expect(at).toBe(8);
  });

  test('opens nothing before it is asked to', async () => {
    const folder = { root: 'nowhere', classes: ['a'], samples: [{ path: 'nowhere/a/1.jpg', label: 0 }] };
    const lazy = imageFiles(folder);
    expect((await rejection(lazy.get(0))).message).toContain('nowhere/a/1.jpg: the file cannot be opened');
    expect((await rejection(lazy.get(1))).message).toContain('nowhere has no image 1');
    expect(() => imageFiles(folder, { width: 0 })).toThrow('width is out of range');
    expect(() => imageFiles(folder, { limit: 3 } as never)).not.toThrow('width');
    expect(() => imageFiles(folder, { widht: 3 } as never)).toThrow("no option 'widht'");
    expect(() => imageFiles({ ...folder, classes: [] })).toThrow('a label names no class');
  });
});

describe('moduleDataset', () => {
  test('is what the function gives, by a URL or a path', async () => {
    const made = await moduleDataset({ module: MODULE, export: 'toyItems', options: { length: 5 } });
    expect([made.name, made.length, made.recipe?.kind]).toEqual(['toy items', 5, 'module']);
    expect(await made.get(4)).toEqual({ x: { dtype: 'float32', shape: [2], data: Float32Array.of(4, 400) }, y: 1 });
    const same = await moduleDataset({ module: MODULE.pathname, export: 'toyItems', options: { length: 5 } });
    expect(same.recipe).toEqual(made.recipe);
  });

  test('keeps the methods of a class, private fields included, and waits for a promise', async () => {
    const root = folder();
    mkdirSync(join(root, 'deep'));
    writeFileSync(
      join(root, 'deep', 'class.mjs'),
      `class Items {
         name = 'items'; length = 3; classes = []; target = 'float32'; sample = { dtype: 'uint8', shape: [1] };
         #secret = 0.5;
         async get(index) { return { x: { dtype: 'uint8', shape: [1], data: Uint8Array.of(index) }, y: index + this.#secret }; }
       }
       export default async () => new Items();`,
    );
    const made: LazyDataset<'float32'> = await moduleDataset({ module: join(root, 'deep', 'class.mjs') });
    for await (const { x, y } of loader(made, { batchSize: 3 })) {
      expect([x.dtype, ...x.data, y.dtype, ...y.data]).toEqual(['uint8', 0, 1, 2, 'float32', 0.5, 1.5, 2.5]);
    }
  });

  test.each<[string, Parameters<typeof moduleDataset>[0], string]>([
    ['a relative path', { module: './data.js' }, 'a file: URL or an absolute path'],
    ['an address', { module: new URL('https://example.org/data.js') }, 'received: https://example.org/data.js'],
    ['code as data', { module: 'data:text/javascript,export default 1' }, 'a file: URL'],
    [
      'no such function',
      { module: MODULE },
      'received: default: undefined; exports notADataset, notAFunction, toyItems',
    ],
    ['no function', { module: MODULE, export: 'notAFunction' }, 'received: notAFunction: number'],
    ['no dataset', { module: MODULE, export: 'notADataset' }, 'received: get: undefined'],
    [
      'functions among the options',
      { module: MODULE, export: 'toyItems', options: { f: () => 1 } },
      'options must be plain data',
    ],
    ['an unknown option', { module: MODULE, name: 'x' } as never, "no option 'name'"],
  ])('refuses %s', async (_, options, message) => {
    expect((await rejection(moduleDataset(options))).message).toContain(message);
  });
});

describe('a loader of changed or lazy data', () => {
  test('tells the type of its items, and no dataset to keep on the device', async () => {
    const lazy = await moduleDataset({ module: MODULE, export: 'toyItems', options: { length: 5 } });
    const batches = loader(lazy, { batchSize: 2, dropLast: true });
    expect(batches.sample).toEqual({ dtype: 'float32', shape: [2] });
    expect([batches.length, batches.source, 'dataset' in batches]).toEqual([2, lazy, false]);
    expect(loader(toy(4), { batchSize: 2 }).sample).toEqual({ dtype: 'uint8', shape: [2, 3] });
  });

  test.each<[Record<string, unknown>, string]>([
    [{ workers: -1 }, 'workers is a number of threads'],
    [{ workers: 1.5 }, 'received: 1.5'],
    [{ prefetch: 'all' }, 'received: "all"'],
    [{ workers: 2, prefetch: 0 }, 'workers always work ahead'],
    [{ onError: 'ignore' }, `received: "ignore"\n  expected: 'fail' or 'skip'`],
    [{ onSkip: 3 }, 'onSkip is a function'],
    [{ signal: { aborted: false } }, 'signal is an AbortSignal'],
    [{ transform: (x: unknown) => x }, 'transform[0]: loader: this is no transform'],
    [{ transform: toFloat }, 'received: the function toFloat'],
    [{ transform: toFloat }, 'fix: call it where it is one of @descent/datasets: toFloat()'],
    [{ transform: [{ options: {} }] }, 'received: an object with options'],
    [{ batchTransform: { transform: 'flip', options: {} } }, 'batchTransform[0]: loader: this is no batchTransform'],
    [{ transform: { transform: 'spin', options: {} } }, 'spin'],
  ])('refuses %j', (options, message) => {
    expect(() => loader(toy(4), { batchSize: 2, ...options } as never)).toThrow(message);
  });

  test.each([-1, 1.5, 4])('refuses to begin with batch %s', (from) => {
    expect(() => loader(toy(4), { batchSize: 2 }).epoch(0, { from })).toThrow('a whole number from 0 to 2');
  });

  test('draws for an item from seed, epoch and item, and for a batch from seed, epoch and batch', async () => {
    const data = toy(12);
    const image = {
      ...data,
      x: { ...data.x, shape: [12, 1, 2, 3], data: Uint8Array.from(data.x.data, (_, i) => 3 * i) },
    };
    const transform = [toFloat(), randomErasing({ p: 0.7, value: 'random' })];
    const batchTransform = [mixup({ classes: 3 })];
    const sampler = subsetSampler([7, 2, 7, 11, 0]);
    const changed = loader(image, { batchSize: 2, sampler, seed: 6, transform, batchTransform });
    const items = fold(fold(key(6), 'transform'), 4);
    const batches = fold(fold(key(6), 'batchTransform'), 4);
    let count = 0;
    for await (const { x, y, index } of changed.epoch(4)) {
      const own = [7, 2, 7, 11, 0].slice(2 * index, 2 * index + 2);
      const made = own.map((i) => {
        const item = { dtype: 'uint8', shape: [1, 2, 3], data: image.x.data.slice(6 * i, 6 * i + 6) } as const;
        return applyTransforms(transform, item, fold(items, i));
      });
      const joined = {
        x: {
          ...(made[0] as Item),
          shape: [own.length, 1, 2, 3],
          data: Float32Array.from(made.flatMap(({ data }) => [...data])),
        },
        y: { dtype: 'int32', shape: [own.length], data: Int32Array.from(own, (i) => i % 3) },
      } as const;
      expect({ x, y }).toEqual(applyBatchTransforms(batchTransform, joined, fold(batches, index)));
      count += 1;
    }
    expect(count).toBe(3);
  });
});
