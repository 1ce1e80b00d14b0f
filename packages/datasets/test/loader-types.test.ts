import type { DType, HostDType, NDArray, SampleType } from '@descent/core';
import { afterAll, beforeAll, describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { ARRAYS } from '../src/arrays.ts';
import {
  type ArrayDataset,
  type AsyncLoader,
  classCounts,
  cutmix,
  kFold,
  type LazyDataset,
  type LoaderOptions,
  loader,
  mixup,
  normalize,
  oneHot,
  randomHorizontalFlip,
  randomSplit,
  subset,
  type TargetType,
  toFloat,
} from '../src/public/index.ts';
import { type Built, builtPackage } from './built.ts';
import { rejection } from './helpers.ts';

const MODULE = new URL('./fixtures/typed-module.mjs', import.meta.url);
const TYPES = Object.keys(ARRAYS) as HostDType[];

let built: Built;
beforeAll(async () => {
  built = await builtPackage();
});
afterAll(() => built.remove());

/** A small generator of repeatable numbers from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomArray(dtype: HostDType, shape: readonly number[], next: () => number): NDArray {
  const data = new ARRAYS[dtype](shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < data.length; i++) {
    const u = next();
    data[i] = dtype === 'bool' ? Math.round(u) : dtype === 'uint8' ? u * 256 : (u - 0.5) * 2 ** 31;
  }
  return { dtype, shape, data };
}

function randomShape(next: () => number, ranks: number): number[] {
  return Array.from({ length: Math.floor(next() * (ranks + 1)) }, () => 1 + Math.floor(next() * 3));
}

/** A dataset of random types and shapes. */
function randomDataset(seed: number): ArrayDataset<TargetType> {
  const next = numbers(seed);
  const pick = (): HostDType => TYPES[Math.floor(next() * TYPES.length)] as HostDType;
  const length = 1 + Math.floor(next() * 9);
  const x = randomArray(pick(), [length, ...randomShape(next, 3)], next);
  const y = randomArray(pick(), [length, ...randomShape(next, 3)], next);
  return { name: 'any', length, classes: [], x, y, licence: '', source: '', citation: '' };
}

/** The same, item by item. */
function lazily(data: ArrayDataset<TargetType>): LazyDataset<TargetType> {
  const [x, y] = [data.x, data.y];
  const row = (array: NDArray, index: number): NDArray => {
    const { shape, data: all } = subset(data, [index])[array === x ? 'x' : 'y'];
    return { dtype: array.dtype, shape: shape.slice(1), data: all };
  };
  return {
    name: data.name,
    length: data.length,
    classes: [],
    // Types have no float64 here, since no model takes it; plain JavaScript may have it.
    sample: { dtype: x.dtype as DType, shape: x.shape.slice(1) },
    target: y.dtype,
    targetShape: y.shape.slice(1),
    get: async (index) => ({
      x: row(x, index),
      y: y.shape.length === 1 ? (y.data[index] as number) : row(y, index),
    }),
  };
}

async function collect(batches: AsyncIterable<{ readonly x: NDArray; readonly y: NDArray }>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const { x, y } of batches) all.push({ x, y });
  return all;
}

/** What batches are, by plain indexing of the arrays. */
function expected(data: ArrayDataset<TargetType>, order: Uint32Array, batchSize: number): unknown[] {
  const rows = ({ dtype, shape, data: all }: NDArray, items: Uint32Array): NDArray => {
    const size = shape.slice(1).reduce((a, b) => a * b, 1);
    const flat = Array.from(items).flatMap((item) => Array.from(all.slice(item * size, (item + 1) * size)));
    return { dtype, shape: [items.length, ...shape.slice(1)], data: ARRAYS[dtype].from(flat) };
  };
  return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, b) => {
    const items = order.slice(b * batchSize, (b + 1) * batchSize);
    return { x: rows(data.x, items), y: rows(data.y, items) };
  });
}

describe('samples and targets of any rank and element type', () => {
  const options = { batchSize: 3, shuffle: true, seed: 5 };

  test('come as they are, in memory and lazy, without workers', async () => {
    for (let seed = 0; seed < 300; seed++) {
      const data = randomDataset(seed);
      const plain = loader(data, options);
      const wanted = expected(data, plain.indices(0), 3);
      expect([...plain.epoch(0)].map(({ x, y }) => ({ x, y }))).toEqual(wanted);
      expect(await collect(plain.epoch(0))).toEqual(wanted);
      for (const prefetch of [0, 2]) {
        expect(await collect(loader(lazily(data), { ...options, prefetch }).epoch(0))).toEqual(wanted);
      }
    }
  });

  test.each([1, 2])('come as they are by %d workers', async (workers) => {
    for (let seed = 0; seed < 6; seed++) {
      const data = randomDataset(1000 + seed);
      const wanted = expected(data, loader(data, options).indices(0), 3);
      const lazy = await built.datasets.moduleDataset<TargetType>({ module: MODULE, export: 'rowsOf', options: data });
      for (const source of [data, lazy]) {
        const threads = built.datasets.loader(source, { ...options, workers }) as AsyncLoader<TargetType>;
        onTestFinished(() => threads.close());
        expect(await collect(threads.epoch(0))).toEqual(wanted);
        await threads.close();
      }
    }
  });

  test('keep their targets beside a transform of the samples', async () => {
    for (const shape of [[], [1], [2], [3, 2], [1, 2, 2]]) {
      for (const dtype of TYPES) {
        const next = numbers(shape.length + 7);
        const x = randomArray('uint8', [7, 1, 2, 3], next);
        const y = randomArray(dtype, [7, ...shape], next);
        const data: ArrayDataset<TargetType> = {
          ...{ name: 'any', length: 7, classes: [], x, y },
          ...{ licence: '', source: '', citation: '' },
        };
        const wanted = expected(data, loader(data, options).indices(0), 3);
        const floats = (batch: unknown): NDArray => {
          const { dtype: _, shape: s, data: bytes } = (batch as { x: NDArray }).x;
          return { dtype: 'float32', shape: s, data: Float32Array.from(bytes, (v) => v * (1 / 255)) };
        };
        for (const workers of shape.length === 1 ? [0, 2] : [0]) {
          const changed = built.datasets.loader(data, { ...options, workers, transform: toFloat() });
          onTestFinished(() => changed.close());
          expect(await collect(changed.epoch(0))).toEqual(
            wanted.map((batch) => ({ x: floats(batch), y: (batch as { y: NDArray }).y })),
          );
          await changed.close();
        }
      }
    }
  });

  test('leave gaps out of targets of any rank', async () => {
    const data = randomDataset(3);
    const y = randomArray('float32', [data.length, 2, 2], numbers(1));
    const whole = { ...data, y };
    const source = lazily(whole);
    const broken: LazyDataset<TargetType> = {
      ...source,
      get: async (index, signal) => {
        if (index % 2 === 1) throw new Error('unreadable');
        return source.get(index, signal);
      },
    };
    const skipping: LoaderOptions = { batchSize: data.length, onError: 'skip', onSkip: () => {} };
    const kept = Uint32Array.from({ length: data.length }, (_, i) => i).filter((i) => i % 2 === 0);
    expect(await collect(loader(broken, skipping))).toEqual(expected(whole, kept, data.length));
  });

  test('go through subset, randomSplit and kFold', () => {
    const data = { ...randomDataset(8), y: randomArray('int32', [randomDataset(8).length, 2], numbers(2)) };
    const rest = subset(data, [1, 0]);
    expect({ x: rest.x, y: rest.y }).toEqual(expected(data, Uint32Array.of(1, 0), 2)[0]);
    expect(randomSplit(data, [0.5, 0.5]).map(({ y }) => y.shape[1])).toEqual([2, 2]);
    for (const { train } of kFold(data, 2)) expect(train.y.shape).toEqual([train.length, 2]);
    const masks = { ...data, classes: ['a', 'b'] };
    expect(() => classCounts(masks)).toThrow('received: targets int32 [');
    expect(() => randomSplit(masks, [0.5, 0.5], { stratified: true })).toThrow('one class index for each item');
  });

  test('tell what a model is built for', () => {
    const of = (dtype: HostDType): object => {
      const x = randomArray(dtype, [2, 4], numbers(1));
      return loader({ ...randomDataset(1), length: 2, x, y: randomArray('int32', [2], numbers(1)) }, { batchSize: 1 })
        .sample;
    };
    expectTypeOf<LazyDataset['sample']>().toMatchTypeOf<SampleType>();
    expectTypeOf<AsyncLoader['sample']>().toMatchTypeOf<SampleType>();
    expect(of('int32')).toEqual({ dtype: 'int32', shape: [4] });
    expect(of('float64')).toEqual({ dtype: 'float32', shape: [4] });
  });
});

describe('what does not fit is refused', () => {
  const tokens: ArrayDataset<TargetType> = {
    ...{ name: 'tokens', length: 4, classes: ['a', 'b'], x: randomArray('int32', [4, 5], numbers(1)) },
    y: { dtype: 'int32', shape: [4], data: Int32Array.of(0, 1, 0, 1) },
    ...{ licence: '', source: '', citation: '' },
  };
  const batches = (
    data: ArrayDataset<TargetType>,
    batchTransform: LoaderOptions['batchTransform'],
  ): Promise<unknown[]> =>
    collect(loader(data, { batchSize: 2, ...(batchTransform === undefined ? {} : { batchTransform }) }));

  test('transforms of integer samples', async () => {
    expect(() => loader(tokens, { batchSize: 2, transform: randomHorizontalFlip() })).toThrow(
      'transforms: transforms take bytes or floats\n  received: int32[5]',
    );
    expect((await rejection(batches(tokens, mixup({ classes: 2 })))).message).toContain(
      'batchTransforms[0] mixup(): samples of this type cannot be mixed\n  received: int32[2, 5]',
    );
    // The labels of tokens can be rows all the same.
    const [first] = (await batches(tokens, oneHot(2))) as { x: NDArray; y: NDArray }[];
    expect([first?.x.dtype, first?.y.shape]).toEqual(['int32', [2, 2]]);
    // As the advice says: floats of numbers.
    const { map } = built.datasets;
    const floats = map(tokens, ({ shape, data }) => ({ dtype: 'float32', shape, data: Float32Array.from(data) }));
    expect(loader(floats, { batchSize: 2, transform: normalize(0, 1) }).length).toBe(2);
  });

  test.each([
    ['int32', [4, 1]],
    ['int32', [4, 2, 2]],
    ['float32', [4]],
    ['float32', [4, 3]],
    ['float64', [4, 2]],
    ['bool', [4]],
  ] as const)('batch transforms of targets %s %j', async (dtype, shape) => {
    const y = randomArray(dtype, shape, numbers(1));
    const data = { ...tokens, x: randomArray('float32', [4, 1, 2, 2], numbers(1)), y };
    for (const transform of [mixup({ classes: 2 }), cutmix({ classes: 2 }), oneHot(2)]) {
      const error = await rejection(batches(data, transform));
      expect(error.message).toContain('the targets are neither classes nor class probabilities');
      expect(error.message).toContain(
        `received: ${dtype}[2${shape
          .slice(1)
          .map((d) => `, ${d}`)
          .join('')}]`,
      );
    }
  });

  test.each([
    [0.5, 'int32', '0.5 (number)'],
    [Number.NaN, 'int32', 'NaN (number)'],
    [256, 'uint8', '256 (number)'],
    [2, 'bool', '2 (number)'],
    [undefined, 'float32', 'undefined (undefined)'],
    ['1', 'float32', '"1" (string)'],
    [true, 'int32', 'true (boolean)'],
    [1n, 'int32', '1 (bigint)'],
  ] as const)('a target %s of a lazy dataset of %s', async (y, target, received) => {
    const lazy = {
      ...lazily(tokens),
      target,
      get: async () => ({ x: (await lazily(tokens).get(0)).x, y: y as number }),
    };
    const error = await rejection(collect(loader(lazy as LazyDataset<TargetType>, { batchSize: 2 })));
    expect(error.message).toContain(`item 0 of tokens: the target of the item does not fit the element type`);
    expect(error.message).toContain(`received: ${received}`);
  });

  test('targets of another shape than the lazy dataset tells', async () => {
    const lazy: LazyDataset<TargetType> = { ...lazily(tokens), targetShape: [2] };
    expect((await rejection(collect(loader(lazy, { batchSize: 2 })))).message).toContain(
      'the target has another shape\n  received: 0, a single value\n  expected: an array of shape [2]',
    );
  });

  test.each([
    [
      { ...tokens, y: { ...tokens.y, shape: [3] } },
      'y of tokens: the data do not fill the shape\n  received: 4 elements',
    ],
    [{ ...tokens, length: 5 }, 'x of tokens has another number of rows'],
    [
      { ...tokens, x: { ...tokens.x, data: new Float32Array(20) } },
      "data: a Float32Array }\n  expected: { dtype: 'int32'",
    ],
    [{ ...tokens, x: [[1, 2]] }, 'x of tokens is no array with a shape\n  received: a list'],
    [{ ...tokens, y: { ...tokens.y, dtype: 'int64' } }, 'with the dtype bool, uint8, int32, float32, float64'],
    [
      { ...tokens, y: { ...tokens.y, data: BigInt64Array.from(tokens.y.data, BigInt) } },
      "fix: ndarray('int32', shape, data) of @descent/core makes int32 of 64-bit integers",
    ],
    [{ x: tokens.x, classes: [] }, 'loader: the dataset is not complete\n  received: an object with x, classes'],
    [{ ...tokens, classes: 'ab' }, 'received: classes: the text "ab"'],
    [Promise.resolve(tokens), 'this is no dataset\n  received: a promise'],
    [undefined, 'this is no dataset\n  received: undefined'],
    [[1, 2], 'this is no dataset\n  received: a list'],
    [{ ...lazily(tokens), sample: { dtype: 'int64', shape: [1] } }, 'received: sample.dtype: int64'],
    [{ ...lazily(tokens), targetShape: 2 }, 'received: targetShape: 2'],
  ])('case %#: what is no dataset', (data, message) => {
    expect(() => loader(data as never, { batchSize: 2 })).toThrow(message);
  });
});
