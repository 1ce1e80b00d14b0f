import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ValueError } from '@descent/core';
import { describe, expect, test } from 'vitest';
import {
  type ArrayDataset,
  blobs,
  circles,
  classCounts,
  describeDatasets,
  moons,
  spirals,
  type ToyOptions,
  xor,
} from '../src/public/index.ts';
import { rejection } from './helpers.ts';

interface Points {
  readonly x: readonly (readonly [number, number])[];
  readonly y: readonly number[];
}

/** Made by `scripts/make-toy-fixtures.py` with scikit-learn. */
const { sets: EXPECTED } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'toy-sets.json'), 'utf8')) as {
  readonly sets: Readonly<Record<'moons' | 'circles' | 'blobs', readonly Points[]>>;
};

const SETS = { moons, circles, spirals, blobs, xor };
const all = Object.entries(SETS);

function points({ x, y }: ArrayDataset): [x1: number, x2: number, label: number][] {
  return Array.from(y.data, (label, i) => [x.data[2 * i] as number, x.data[2 * i + 1] as number, label]);
}

/** Points in the order of their numbers; those of rounding are the same for both. */
function sorted(given: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const round = (value: number): number => Math.round(value * 1e4) / 1e4 + 0;
  return given.map((point) => point.map(round)).sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

describe.each(all)('%s', (id, make) => {
  test('has the points that were asked for, in the type of its description', async () => {
    const whole = await make({ samples: 101, all: true });
    const set = describeDatasets().find((known) => known.id === id);
    expect(set).toMatchObject({ embedded: true, downloadBytes: 0, classes: whole.classes, task: 'classification' });
    expect([whole.length, whole.x.dtype, whole.x.shape, whole.y.dtype, whole.y.shape]).toEqual([
      101,
      'float32',
      [101, 2],
      'int32',
      [101],
    ]);
    expect(whole.features).toEqual(['x1', 'x2']);
    const counts = classCounts(whole);
    expect(counts.length).toBe(whole.classes.length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    const [train, held] = [await make(), await make({ train: false })];
    expect({ train: train.length, test: held.length }).toEqual(set?.items);
  });

  test('splits into parts that share no point and make up the whole', async () => {
    const options = { samples: 90, seed: 4 };
    const parts = [await make(options), await make({ ...options, train: false })];
    const whole = await make({ ...options, all: true });
    expect(sorted(parts.flatMap(points))).toEqual(sorted(points(whole)));
    const [train, held] = parts.map(classCounts) as [number[], number[]];
    train.forEach((count, c) => {
      expect(count).toBe(Math.round(0.8 * (count + (held[c] as number))));
    });
  });

  test('gives the same for the same seed, and other points for another', async () => {
    const first = await make({ seed: 1 });
    expect(await make({ seed: 1 })).toEqual(first);
    expect(sorted(points(await make({ seed: 2 })))).not.toEqual(sorted(points(first)));
  });

  test('noise has the standard deviation that was asked for, and none when that is 0', async () => {
    const options = { samples: 20_000, seed: 3, all: true };
    const [exact, near] = [await make({ ...options, noise: 0 }), await make({ ...options, noise: 0.5 })];
    expect(near.y.data).toEqual(exact.y.data);
    const off = Array.from(near.x.data, (value, i) => value - (exact.x.data[i] as number));
    const mean = off.reduce((sum, d) => sum + d, 0) / off.length;
    const deviation = Math.sqrt(off.reduce((sum, d) => sum + (d - mean) ** 2, 0) / off.length);
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(deviation).toBeCloseTo(0.5, 2);
  });

  test('comes in a mixed order', async () => {
    const labels = (await make({ all: true })).y.data;
    const changes = labels.filter((label, i) => i > 0 && label !== labels[i - 1]).length;
    expect(changes).toBeGreaterThan(120);
  });

  test('takes the options of every set', async () => {
    expect(await make({ download: true, offline: true, root: '/nowhere' })).toEqual(await make());
  });

  test.each<[ToyOptions, string]>([
    [{ samples: 9 }, 'samples is a number of points\n  received: 9\n  expected: a whole number from 10 to 1000000'],
    [{ samples: 20.5 }, 'samples is a number of points'],
    [{ samples: 1e9 }, 'samples is a number of points'],
    [{ samples: '100' as never }, 'samples is a number of points\n  received: the text "100"'],
    [{ noise: -0.1 }, 'noise is a standard deviation\n  received: -0.1\n  expected: a number from 0 to 1000'],
    [{ noise: Number.NaN }, 'noise is a standard deviation'],
    [{ noise: Number.POSITIVE_INFINITY }, 'noise is a standard deviation'],
    [{ noise: true as never }, 'noise is a standard deviation'],
    [{ seed: 0.5 }, 'seed is a whole number\n  received: 0.5'],
    [{ seed: null as never }, 'seed is a whole number'],
    [{ all: 1 as never }, 'all is a switch'],
    [{ train: 1 as never }, 'train is a switch'],
    [{ nois: 1 } as never, "has no option 'nois'"],
  ])('refuses %j', async (options, message) => {
    const error = await rejection(Promise.resolve().then(() => make(options)));
    expect(error).toBeInstanceOf(ValueError);
    expect(error.message).toContain(message);
  });
});

describe.each(Object.entries(EXPECTED))('%s without noise are the points of scikit-learn', (id, expected) => {
  test.each(expected.map((one) => [one.y.length, one] as const))('%i points', async (samples, { x, y }) => {
    const made = await SETS[id as keyof typeof EXPECTED]({ samples, noise: 0, seed: samples, all: true });
    expect(sorted(points(made))).toEqual(sorted(x.map((point, i) => [...point, y[i] as number])));
  });
});

test('spirals wind from the centre to radius 3, one arm opposite the other', async () => {
  const made = points(await spirals({ samples: 60, noise: 0, all: true }));
  for (const c of [0, 1]) {
    const arm = made.filter(([, , label]) => label === c);
    arm.sort((a, b) => Math.hypot(a[0], a[1]) - Math.hypot(b[0], b[1]));
    expect(arm.length).toBe(30);
    arm.forEach(([x1, x2], i) => {
      const share = (i + 1) / 30;
      const angle = 2 * Math.PI * 1.5 * share + Math.PI * c;
      expect(x1).toBeCloseTo(3 * share * Math.cos(angle), 5);
      expect(x2).toBeCloseTo(3 * share * Math.sin(angle), 5);
    });
  }
});

test('the class of a point of xor is whether its coordinates have the same sign', async () => {
  const made = points(await xor({ samples: 1_000, noise: 0, all: true }));
  const squares = new Map<string, number>();
  for (const [x1, x2, label] of made) {
    expect(label).toBe(x1 * x2 > 0 ? 0 : 1);
    for (const value of [x1, x2]) {
      expect(Math.abs(value)).toBeGreaterThanOrEqual(Math.fround(0.1));
      expect(Math.abs(value)).toBeLessThan(1);
    }
    const square = `${Math.sign(x1)} ${Math.sign(x2)}`;
    squares.set(square, (squares.get(square) ?? 0) + 1);
  }
  expect([...squares.values()]).toEqual([250, 250, 250, 250]);
});
