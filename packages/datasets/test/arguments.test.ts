import { DescentError } from '@descent/core';
import { describe, expect, test } from 'vitest';
import * as datasets from '../src/public/index.ts';
import { folder, rejection, toy } from './helpers.ts';

type Call = (...args: readonly unknown[]) => unknown;
const functions = Object.entries<unknown>(datasets).filter(
  (entry): entry is [string, Call] => typeof entry[1] === 'function' && /^[a-z]/.test(entry[0]),
);

/** What plain JavaScript may pass where something else is meant. */
const WRONG: readonly unknown[] = [
  undefined,
  null,
  42,
  Number.NaN,
  'x',
  '',
  {},
  [],
  () => {},
  Promise.resolve(1),
  new Date(0),
  Symbol('a'),
  1n,
  [null],
  { length: 3 },
  new Map(),
];

/** First arguments that let a call come to its second and third. */
const RIGHT: readonly unknown[] = [
  toy(2),
  '/nowhere/at/all',
  2,
  [toy(2)],
  toy(2).x,
  { length: 1, indices: () => Uint32Array.of(0) },
  [0.5, 0.5],
  { shape: [1, 2, 2] },
];

/** Calls and, where batches or rows come later, takes the first; an error that is not one of Descent is given back. */
async function unexpected(call: Call, args: readonly unknown[]): Promise<unknown> {
  try {
    const result = await call(...args);
    const { [Symbol.asyncIterator]: later, next } = (result ?? {}) as AsyncGenerator;
    if (typeof later === 'function') for await (const _ of result as AsyncIterable<unknown>) break;
    else if (typeof next === 'function') (result as Iterator<unknown>).next();
    return undefined;
  } catch (error) {
    return error instanceof DescentError ? undefined : error;
  }
}

describe('wrong arguments of plain JavaScript are errors that say what was expected', () => {
  // Nothing of this may touch the disk: the data folder is one that is gone.
  test.each(functions)('%s', async (_, call) => {
    const lists: (readonly unknown[])[] = [[]];
    for (const wrong of WRONG) {
      lists.push([wrong]);
      for (const right of RIGHT) lists.push([right, wrong], [right, { batchSize: 1 }, wrong], [right, [0.5], wrong]);
      for (const other of WRONG) lists.push([wrong, other]);
    }
    for (const args of lists) {
      const error = await unexpected(call, args);
      expect(
        error,
        `${args.map((arg) => (typeof arg === 'symbol' ? 'symbol' : typeof arg)).join(', ')}`,
      ).toBeUndefined();
    }
  });

  test.each<[string, () => unknown, string]>([
    ['loader(data)', () => datasets.loader(toy(2), undefined as never), 'loader takes its options as one object'],
    ['loader of a promise', () => datasets.loader(datasets.iris() as never, { batchSize: 2 }), 'fix: await it'],
    [
      'a transform that was not called',
      () => datasets.transformed(toy(2), [datasets.toFloat as never]),
      'fix: call it: toFloat(…)',
    ],
    [
      'a list as dataset',
      () => datasets.randomSplit([1, 2] as never, [0.5]),
      'randomSplit: this is no dataset\n  received: a list',
    ],
    ['split by a number', () => datasets.randomSplit(toy(2), 0.5 as never), 'a list of parts of 1, such as [0.9, 0.1]'],
    ['one dataset to concat', () => datasets.concatDatasets(toy(2) as never), 'a list of datasets'],
    ['oneHot()', () => datasets.oneHot(undefined as never), 'the number of classes, a positive whole number'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['loadImage({})', () => datasets.loadImage({} as never), 'loadImage: this is neither a path nor bytes'],
    ['loadImage(url)', () => datasets.loadImage(new URL('file:///no/a.png')), 'a.png: the file cannot be opened'],
    ['readCsv(buffer)', () => datasets.readCsv(new ArrayBuffer(2) as never), 'fix: pass new Uint8Array(buffer)'],
    ['cache(dataset)', () => datasets.cache(toy(2) as never, { key: 'a' }), '() => dataset, a function that makes it'],
    [
      'mnist("folder")',
      () => Promise.resolve().then(() => datasets.mnist('folder' as never)),
      'takes its options as one object',
    ],
    ['writePng(array)', () => datasets.writePng(toy(1).x as never, 'a.png' as never), 'writePng: this argument'],
    ['readNpz(path, name)', () => datasets.readNpz('a.npz', 'x' as never), 'readNpz takes its options as one object'],
  ])('%s', async (_, call, message) => {
    expect((await rejection(call())).message).toContain(message);
  });

  test('a sampler of plain lists works, and one of anything else is refused', async () => {
    const of = (indices: unknown): datasets.Sampler => ({ length: 2, indices: () => indices as Uint32Array });
    const batch = (indices: unknown): unknown =>
      [...datasets.loader(toy(3), { batchSize: 2, sampler: of(indices) })][0];
    expect(batch([2, 0])).toMatchObject({ y: { data: Int32Array.of(2, 0) } });
    for (const indices of [[0, -1], [0, 1.5], ['0', 1], [0, null], undefined, 7, 'ab', new Set([0, 1])]) {
      expect(() => batch(indices), String(indices)).toThrow(DescentError);
    }
  });

  test.each([undefined, null, 5, [], { x: undefined, y: 0 }, { x: toy(1).x }])(
    'an item %j of a lazy dataset is named',
    async (item) => {
      const lazy: datasets.LazyDataset = {
        ...{ name: 'mine', length: 1, classes: [], target: 'int32', sample: { dtype: 'uint8', shape: [1, 2, 3] } },
        get: async () => item as never,
      };
      const all = async (): Promise<void> => {
        for await (const _ of datasets.loader(lazy, { batchSize: 1 }));
      };
      const error = await rejection(all());
      expect(error).toBeInstanceOf(DescentError);
      expect(error.message).toMatch(/^item 0 of mine: the (item|target)/);
      expect(error.message).not.toContain('Cannot');
    },
  );

  test('data that may not be read are told by the loader of images', async () => {
    expect((await rejection(datasets.imageFolder(folder()))).name).toBe('DataFileError');
  });
});
