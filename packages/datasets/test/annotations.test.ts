import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataOf, HostDType, NDArray } from '@descent/core';
import { describe, expect, test } from 'vitest';
import * as datasets from '../src/public/index.ts';
import { type Annotations, loader, type Transform, transformed } from '../src/public/index.ts';
import { folder } from './helpers.ts';

interface Fixture {
  readonly mask: readonly (readonly number[])[];
  readonly boxes: readonly (readonly number[])[];
  readonly cases: readonly {
    readonly name: string;
    readonly transforms: readonly (readonly [string, ...unknown[]])[];
    readonly mask: readonly (readonly number[])[];
    readonly boxes: readonly (readonly number[])[];
    readonly labels: readonly number[];
  }[];
}

/** Made by `scripts/make-annotation-fixtures.py` with PyTorch and NumPy. */
const fixture = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'annotations.json'), 'utf8')) as Fixture;

const exported: Readonly<Record<string, unknown>> = datasets;

function made([name, ...args]: readonly [string, ...unknown[]]): Transform {
  return (exported[name] as (...args: readonly unknown[]) => Transform)(...args);
}

const [HEIGHT, WIDTH] = [fixture.mask.length, fixture.mask[0]?.length ?? 0];
const MOST = fixture.boxes.length + 2;

/** One grey picture whose pixels are its mask, and the boxes, with two rows that are none. */
function scene(annotations: Annotations, dtype: 'int32' | 'uint8' | 'float32' = 'int32') {
  const mask = fixture.mask.flat();
  return {
    x: array('uint8', [1, 1, HEIGHT, WIDTH], mask),
    y: {
      mask: array(dtype, [1, HEIGHT, WIDTH], mask),
      boxes: array('float32', [1, MOST, 4], [...fixture.boxes.flat(), ...new Array<number>(8).fill(0)]),
      labels: array('int32', [1, MOST], [...fixture.boxes.keys(), -100, -100]),
    },
    annotations,
  };
}

function array<D extends HostDType>(dtype: D, shape: readonly number[], values: ArrayLike<number>): NDArray<D> {
  const kinds = {
    bool: Uint8Array,
    uint8: Uint8Array,
    int32: Int32Array,
    float32: Float32Array,
    float64: Float64Array,
  };
  return { dtype, shape, data: (kinds[dtype] as Uint8ArrayConstructor).from(values) as NDArray['data'] as DataOf<D> };
}

const BOTH: Annotations = { mask: { kind: 'mask' }, boxes: { kind: 'boxes', labels: 'labels' } };

async function first<T>(batches: AsyncIterable<T>): Promise<T> {
  for await (const batch of batches) return batch;
  throw new Error('no batch');
}

describe.each(fixture.cases.map((c) => [c.name, c] as const))('%s, as torchvision has it', (_, given) => {
  const transform = given.transforms.map(made);

  test('of a mask and boxes in a loader', async () => {
    const { y } = await first(loader(scene(BOTH), { batchSize: 1, transform }));
    expectAsGiven(y);
  });

  test('of the whole dataset, where it is not random', () => {
    if (transform.some(datasets.isRandom)) {
      expect(() => transformed(scene(BOTH), transform)).toThrow('random');
      return;
    }
    expectAsGiven(transformed(scene(BOTH), transform).y);
  });

  function expectAsGiven({ mask, boxes, labels }: { mask: NDArray; boxes: NDArray; labels: NDArray }): void {
    expect(mask.dtype).toBe('int32');
    expect(mask.shape).toEqual([1, given.mask.length, given.mask[0]?.length]);
    expect([...mask.data]).toEqual(given.mask.flat());
    const count = given.labels.length;
    expect([...labels.data]).toEqual([...given.labels, ...new Array<number>(MOST - count).fill(-100)]);
    expect(boxes.shape).toEqual([1, MOST, 4]);
    for (const [i, v] of given.boxes.flat().entries()) expect(boxes.data[i]).toBeCloseTo(v, 4);
    expect(boxes.data.slice(4 * count).every((v) => v === 0)).toBe(true);
  }
});

describe('masks follow their pictures', () => {
  const random = [
    datasets.randomHorizontalFlip(),
    datasets.randomVerticalFlip(),
    datasets.randomCrop([8, 9], { padding: 2, fill: 99 }),
    datasets.randomRotation(40, { fill: 99 }),
    datasets.randomAffine(20, { translate: [0.2, 0.2], scale: [0.7, 1.3], shear: 10, fill: 99 }),
  ];

  test.each([
    ['int32', 0],
    ['uint8', 0],
    ['float32', 0],
    ['int32', 1],
  ] as const)('of %s in random transforms, with %i workers, pixel by pixel', async (dtype, workers) => {
    const n = 40;
    const pixels = Array.from({ length: n * 12 * 13 }, (_, i) => (i * 7919) % 90);
    const data = {
      x: array('uint8', [n, 1, 12, 13], pixels),
      y: array(dtype, [n, 12, 13], pixels),
      annotations: { kind: 'mask', fill: 99 } as const,
    };
    const batches = loader(data, { batchSize: 10, shuffle: true, transform: random, workers });
    let moved = 0;
    for await (const { x, y } of batches) {
      expect([y.dtype, y.shape]).toEqual([dtype, [10, 8, 9]]);
      expect([...y.data]).toEqual([...x.data]);
      moved += x.data.filter((v) => v === 99).length;
    }
    await batches.close();
    expect(moved).toBeGreaterThan(100);
  });

  test('of yes and no', async () => {
    const data = {
      x: array('uint8', [1, 1, 2, 2], [1, 0, 0, 0]),
      y: array('bool', [1, 2, 2], [1, 0, 0, 0]),
      annotations: { kind: 'mask', fill: 0 } as const,
    };
    const { y } = await first(loader(data, { batchSize: 1, transform: datasets.pad(1) }));
    expect([y.dtype, y.shape, y.data.indexOf(1)]).toEqual(['bool', [1, 4, 4], 5]);
  });

  test('of a lazy dataset, and by the name of one of several arrays', async () => {
    const mask = array('int32', [2, 2], [1, 2, 3, 4]);
    const lazy: datasets.LazyDatasetOf<{ picture: NDArray; size: NDArray }, { mask: NDArray; kind: number }> = {
      name: 'lazy',
      length: 1,
      classes: [],
      sample: { picture: { dtype: 'uint8', shape: [1, 2, 2] }, size: { dtype: 'float32', shape: [1] } },
      target: { mask: { dtype: 'int32', shape: [2, 2] }, kind: { dtype: 'int32', shape: [] } },
      annotations: { mask: { kind: 'mask' } },
      get: async () => ({
        x: { picture: array('uint8', [1, 2, 2], [1, 2, 3, 4]), size: array('float32', [1], [5]) },
        y: { mask, kind: 7 },
      }),
    };
    const transform = { picture: [datasets.randomHorizontalFlip({ p: 1 })], size: [datasets.normalize(1, 2)] };
    const { x, y } = await first(loader(lazy, { batchSize: 1, transform }));
    expect([[...x.picture.data], [...x.size.data]]).toEqual([[2, 1, 4, 3], [2]]);
    expect([[...y.mask.data], [...y.kind.data]]).toEqual([[2, 1, 4, 3], [7]]);
    expect([...mask.data]).toEqual([1, 2, 3, 4]);
  });

  test('and boxes hold the things that they are around, wherever these go', async () => {
    const n = 60;
    const side = 24;
    const x = new Uint8Array(n * side * side);
    const boxes = new Float32Array(n * 4);
    for (let i = 0; i < n; i++) {
      const [left, top] = [(i * 5) % 15, (i * 11) % 15];
      for (let p = 0; p < 49; p++) x[i * side * side + (top + Math.floor(p / 7)) * side + left + (p % 7)] = 200;
      boxes.set([left, top, left + 7, top + 7], 4 * i);
    }
    const data = {
      x: array('uint8', [n, 1, side, side], x),
      y: { boxes: array('float32', [n, 1, 4], boxes), labels: array('int32', [n, 1], new Int32Array(n)) },
      annotations: { boxes: { kind: 'boxes', labels: 'labels' } } as const,
    };
    const transform = [
      ...random.slice(0, 2),
      datasets.randomAffine(90, { translate: [0.1, 0.1], scale: [0.8, 1.2] }),
      datasets.resize([36, 48], { interpolation: 'nearest' }),
      datasets.randomCrop(30, { padding: 1 }),
    ];
    let seen = 0;
    for await (const batch of loader(data, { batchSize: 1, transform })) {
      const lit = Array.from(batch.x.data.keys()).filter((i) => batch.x.data[i] === 200);
      if (batch.y.labels.data[0] === -100) {
        expect(lit.every((i) => i % 30 === 0 || i % 30 === 29 || i < 30 || i >= 870)).toBe(true);
        continue;
      }
      seen += 1;
      const [left, top, right, bottom] = batch.y.boxes.data as unknown as [number, number, number, number];
      expect(lit.length).toBeGreaterThan(0);
      for (const i of lit) {
        // The middle of each pixel, which the nearest one may miss by a bit more than half of one of the old size.
        expect((i % 30) + 0.5).toBeGreaterThan(left - 1.1);
        expect((i % 30) + 0.5).toBeLessThan(right + 1.1);
        expect(Math.floor(i / 30) + 0.5).toBeGreaterThan(top - 1.1);
        expect(Math.floor(i / 30) + 0.5).toBeLessThan(bottom + 1.1);
      }
    }
    expect(seen).toBeGreaterThan(40);
  });
});

describe('what cannot follow is refused before anything is moved', () => {
  const pictures = array('uint8', [2, 1, 4, 5], new Uint8Array(40));
  const masks = array('int32', [2, 4, 5], new Int32Array(40));
  const flip = datasets.randomHorizontalFlip();

  test.each<[string, Record<string, unknown>, unknown, string]>([
    ['masks of which nothing is said', { y: masks }, flip, "annotations: { kind: 'mask' }"],
    ['masks by name of which nothing is said', { y: { a: masks } }, flip, "annotations: { a: { kind: 'mask' } }"],
    [
      'masks of another size',
      { y: array('int32', [2, 5, 4], new Int32Array(40)), annotations: { kind: 'mask' } },
      flip,
      'of another size than the pictures',
    ],
    [
      'labels as a mask',
      { y: array('int32', [2], [0, 1]), annotations: { kind: 'mask' } },
      flip,
      'of another size than the pictures',
    ],
    [
      'float64',
      { y: array('float64', [2, 4, 5], new Float64Array(40)), annotations: { kind: 'mask' } },
      flip,
      '64-bit floats',
    ],
    [
      'a fill that bytes cannot hold',
      { y: array('uint8', [2, 4, 5], new Uint8Array(40)), annotations: { kind: 'mask' } },
      datasets.pad(1),
      'fill -100 for masks of uint8',
    ],
    [
      'a fill that is no number',
      { y: masks, annotations: { kind: 'mask', fill: Number.NaN } },
      flip,
      'annotations.fill',
    ],
    [
      'a fill with decimals for whole numbers',
      { y: masks, annotations: { kind: 'mask', fill: 0.5 } },
      datasets.pad(1),
      'received: 0.5',
    ],
    [
      'a fill that would be rounded on the way',
      { y: masks, annotations: { kind: 'mask', fill: 2 ** 24 + 1 } },
      datasets.pad(1),
      'received: 16777217',
    ],
    [
      'an ignoreIndex that int32 cannot hold',
      {
        y: { b: array('float32', [2, 3, 4], new Float32Array(24)), l: array('int32', [2, 3], new Int32Array(6)) },
        annotations: { b: { kind: 'boxes', labels: 'l', ignoreIndex: 2 ** 32 } },
      },
      datasets.pad(1),
      'received: 4294967296',
    ],
    ['an unknown kind', { y: masks, annotations: { kind: 'masks' } }, flip, 'masks'],
    ['an unknown option', { y: masks, annotations: { kind: 'mask', fil: 0 } }, flip, 'the option fil'],
    [
      'an annotation of a target that is not there',
      { y: { a: masks }, annotations: { b: { kind: 'mask' } } },
      flip,
      'received: b',
    ],
    ['no annotation at all', { y: masks, annotations: 'mask' }, flip, 'annotations say what targets are'],
    [
      'boxes without labels',
      { y: { b: array('float32', [2, 3, 4], new Float32Array(24)) }, annotations: { b: { kind: 'boxes' } } },
      flip,
      'no boxes with their classes',
    ],
    [
      'boxes whose labels are fewer',
      {
        y: { b: array('float32', [2, 3, 4], new Float32Array(24)), l: array('int32', [2, 2], new Int32Array(4)) },
        annotations: { b: { kind: 'boxes', labels: 'l' } },
      },
      flip,
      'no boxes with their classes',
    ],
    [
      'boxes in a mirror',
      {
        y: { b: array('float32', [2, 3, 4], new Float32Array(24)), l: array('int32', [2, 3], new Int32Array(6)) },
        annotations: { b: { kind: 'boxes', labels: 'l' } },
      },
      datasets.pad(1, { paddingMode: 'reflect' }),
      "paddingMode 'reflect'",
    ],
  ])('%s', (_, targets, transform, message) => {
    const data = { x: pictures, ...targets } as unknown as datasets.PlainDataset<NDArray>;
    expect(() => loader(data, { batchSize: 1, transform: transform as Transform })).toThrow(message);
    if (!datasets.isRandom(transform as Transform)) {
      expect(() => transformed(data, [transform as Transform])).toThrow(message);
    }
  });

  test('pixels that stay where they are need no word', async () => {
    const { y } = await first(loader({ x: pictures, y: masks }, { batchSize: 2, transform: datasets.toFloat() }));
    expect(y.shape).toEqual([2, 4, 5]);
  });

  test("targets of kind 'nothing' stay", async () => {
    const y = array('int32', [1, 2, 2], [1, 2, 3, 4]);
    const data = { x: array('uint8', [1, 1, 2, 2], [1, 2, 3, 4]), y, annotations: { kind: 'nothing' } as const };
    const batch = await first(loader(data, { batchSize: 1, transform: datasets.randomHorizontalFlip({ p: 1 }) }));
    expect([[...batch.x.data], [...batch.y.data]]).toEqual([
      [2, 1, 4, 3],
      [1, 2, 3, 4],
    ]);
  });

  test('a box with a corner that is no number, by its row', async () => {
    const data = {
      x: pictures,
      y: { b: array('float32', [2, 1, 4], [0, 0, Number.NaN, 3, 0, 0, 1, 1]), l: array('int32', [2, 1], [3, 0]) },
      annotations: { b: { kind: 'boxes', labels: 'l' } } as const,
    };
    await expect(first(loader(data, { batchSize: 1, transform: flip }))).rejects.toThrow('row 0, class 3');
  });

  test('values that would be rounded', async () => {
    const y = array('int32', [1, 1, 2], [2 ** 24 + 1, 0]);
    const data = { x: array('uint8', [1, 1, 1, 2], [0, 0]), y, annotations: { kind: 'mask' } as const };
    await expect(
      first(loader(data, { batchSize: 1, transform: datasets.randomHorizontalFlip({ p: 1 }) })),
    ).rejects.toThrow('16777217');
  });

  test('two pictures that would move apart', () => {
    const data = { x: { a: pictures, b: pictures }, y: masks, annotations: { kind: 'mask' } as const };
    expect(() => loader(data, { batchSize: 1, transform: { a: [flip], b: [flip] } })).toThrow('several pictures');
  });

  test('parts of a dataset, and what was kept of it, have its annotations', async () => {
    const annotations = { kind: 'mask', fill: 0 } as const;
    const data = { x: pictures, y: masks, annotations };
    const kept = await datasets.cache(() => datasets.subset(data, [0, 1]), { key: 'masks', folder: folder() });
    const [first, second] = datasets.randomSplit(data, [0.5, 0.5]);
    for (const part of [kept, first, second, datasets.concatDatasets([data, data])]) {
      expect(part?.annotations).toEqual(annotations);
    }
  });

  test('datasets of different annotations do not join', () => {
    const data = { x: pictures, y: masks, name: 'a', classes: [] };
    expect(() => datasets.concatDatasets([data, { ...data, annotations: { kind: 'mask' } }])).toThrow('annotations');
  });
});
