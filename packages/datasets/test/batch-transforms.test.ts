import {
  accuracy,
  createTrainer,
  crossEntropy,
  flatten,
  linear,
  ndarray,
  rescale,
  sequential,
  sgd,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import {
  applyBatchTransforms,
  type BatchTransform,
  cutmix,
  mixup,
  mnistSample,
  oneHot,
  subset,
  type TransformableBatch,
} from '../src/public/index.ts';
import { bytes, floats, sampleKey } from './transforms-helpers.ts';

function apply(transform: BatchTransform, batch: TransformableBatch, index = 0): TransformableBatch {
  return applyBatchTransforms([transform], batch, sampleKey(index));
}

function labels(...of: readonly number[]): TransformableBatch['y'] {
  return ndarray('int32', [of.length], Int32Array.from(of));
}

function rowsOf({ data, shape }: TransformableBatch['y']): number[][] {
  const width = shape[1] as number;
  return Array.from({ length: shape[0] as number }, (_, i) => [...data.slice(i * width, (i + 1) * width)]);
}

/** λ: the first of two samples is 1, the other 0. */
function shares(alpha: number, draws: number): number[] {
  const batch = { x: ndarray('float32', [2, 1], Float32Array.of(1, 0)), y: labels(0, 1) };
  const transform = mixup({ alpha, classes: 2 });
  return Array.from({ length: draws }, (_, i) => {
    const { x, y } = apply(transform, batch, i);
    const share = x.data[0] as number;
    // Exact, since λ and 1 - λ are float32 numbers.
    expect(x.data[1]).toBe(1 - share);
    expect([...y.data]).toEqual([share, 1 - share, 1 - share, share]);
    return share;
  });
}

describe('oneHot', () => {
  test('has a 1 at the class', () => {
    const { x, y } = apply(oneHot(3), { x: bytes(3, 2), y: labels(2, 0, 1) });
    expect(x).toEqual(bytes(3, 2));
    expect([y.dtype, y.shape, ...y.data]).toEqual(['float32', [3, 3], 0, 0, 1, 1, 0, 0, 0, 1, 0]);
  });
});

describe('mixup', () => {
  /** Distribution functions of Beta(α, α) in closed form, and α. */
  const CDF: readonly (readonly [number, ((x: number) => number) | undefined])[] = [
    [0.1, undefined],
    [0.5, (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
    [0.7, undefined],
    [1, (x) => x],
    [1.5, (x) => (2 / Math.PI) * (Math.asin(Math.sqrt(x)) - Math.sqrt(x * (1 - x)) * (1 - 2 * x))],
    [2, (x) => x * x * (3 - 2 * x)],
    [3, (x) => x ** 3 * (10 - 15 * x + 6 * x * x)],
    [50, undefined],
  ];

  test.each(CDF)('λ is from Beta(%d, %d)', (alpha, cdf) => {
    const n = 10_000;
    const drawn = shares(alpha, n);
    const variance = 1 / (4 * (2 * alpha + 1));
    const fourth = variance ** 2 * (3 - 6 / (2 * alpha + 3));
    const mean = drawn.reduce((sum, v) => sum + v, 0) / n;
    const spread = drawn.reduce((sum, v) => sum + (v - 0.5) ** 2, 0) / n;
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(variance / n));
    expect(Math.abs(spread - variance)).toBeLessThan(5 * Math.sqrt((fourth - variance ** 2) / n));
    if (cdf === undefined) return;
    // Kolmogorov and Smirnov: above 1.95 / √n once in a thousand.
    const sorted = drawn.toSorted((a, b) => a - b);
    const distance = Math.max(...sorted.map((v, i) => Math.max(cdf(v) - i / n, (i + 1) / n - cdf(v))));
    expect(distance).toBeLessThan(1.95 / Math.sqrt(n));
  });

  test('mixes each sample and its label with the one before, by the same share', () => {
    const batch = { x: floats(4, 3, 2), y: labels(2, 0, 1, 2) };
    const before = structuredClone(batch);
    for (let i = 0; i < 50; i++) {
      const { x, y } = apply(mixup({ classes: 3, alpha: 0.4 }), batch, i);
      const rows = rowsOf(y);
      for (const row of rows) expect(row.reduce((a, b) => a + b, 0)).toBe(1);
      // Sample 0 and the one before it, sample 3, have one class.
      expect(rows[0]).toEqual([0, 0, 1]);
      const share = rows[1]?.[0] as number;
      expect(rows).toEqual([
        [0, 0, 1],
        [share, 0, 1 - share],
        [1 - share, share, 0],
        [0, 1 - share, share],
      ]);
      for (const [j, v] of x.data.entries()) {
        const other = batch.x.data[(j + 18) % 24] as number;
        expect(v).toBe(Math.fround(share * (batch.x.data[j] as number) + (1 - share) * other));
      }
    }
    expect(batch).toEqual(before);
  });

  test('rounds bytes, and mixes what is mixed already', () => {
    const batch = { x: bytes(2, 5), y: labels(0, 1) };
    const once = apply(mixup({ classes: 2 }), batch, 1);
    const share = once.y.data[0] as number;
    expect(once.x.data).toBeInstanceOf(Uint8Array);
    for (const [j, v] of once.x.data.entries()) {
      const exact = share * (batch.x.data[j] as number) + (1 - share) * (batch.x.data[(j + 5) % 10] as number);
      expect(Math.abs(v - exact)).toBeLessThanOrEqual(0.5);
    }
    const { y } = applyBatchTransforms([mixup({ classes: 2 }), mixup({ classes: 2 })], batch, sampleKey(1));
    expect(rowsOf(y).map(([a = 0, b = 0]) => Math.fround(a + b))).toEqual([1, 1]);
    expect(y).not.toEqual(once.y);
  });

  test('the same key gives the same batch', () => {
    const batch = { x: floats(4, 6), y: labels(0, 1, 2, 0) };
    for (const transform of [
      mixup({ classes: 3 }),
      mixup({ classes: 3, alpha: 0.2 }),
      mixup({ classes: 3, alpha: 4 }),
    ]) {
      expect(apply(structuredClone(transform), batch, 3)).toEqual(apply(transform, batch, 3));
      expect(apply(transform, batch, 4)).not.toEqual(apply(transform, batch, 3));
      expect(applyBatchTransforms([oneHot(3), transform], batch, sampleKey(3))).not.toEqual(apply(transform, batch, 3));
    }
  });
});

describe('cutmix', () => {
  const [height, width] = [10, 7];
  // Sample i of the batch is all i, so that the pixels tell where they come from.
  const filled = (n: number, planes: number): TransformableBatch => ({
    x: ndarray(
      'uint8',
      [n, planes, height, width],
      Uint8Array.from({ length: n * planes * 70 }, (_, i) => Math.floor(i / (planes * 70))),
    ),
    y: labels(...Array(n).keys()),
  });

  test('pastes one rectangle, and the labels have the shares of the area', () => {
    const batch = filled(3, 2);
    const before = structuredClone(batch);
    let cut = 0;
    for (let i = 0; i < 300; i++) {
      const { x, y } = apply(cutmix({ classes: 3 }), batch, i);
      const at = [...x.data.slice(0, 70).keys()].filter((j) => x.data[j] !== 0);
      const columns = new Set(at.map((j) => j % width)).size;
      const lines = new Set(at.map((j) => Math.floor(j / width))).size;
      expect(at.length).toBe(columns * lines);
      cut += Number(at.length > 0);
      for (const [j, v] of x.data.entries()) {
        const sample = Math.floor(j / 140);
        expect(v).toBe(at.includes(j % 70) ? (sample + 2) % 3 : sample);
      }
      const [own, other] = [Math.fround(1 - at.length / 70), Math.fround(at.length / 70)];
      const rows = rowsOf(y).map((row) => row.map((v) => Math.fround(v)));
      expect(rows[0]?.[0]).toBe(own);
      expect(rows[0]?.[2]).toBeCloseTo(other, 7);
      expect(rows[0]?.[1]).toBe(0);
      for (const row of rows) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    }
    expect(cut).toBeGreaterThan(200);
    expect(batch).toEqual(before);
  });

  test('cuts about 1 - λ from the middle, less at the border', () => {
    // λ close to one half: sides of √½ of the image, centred anywhere.
    const transform = cutmix({ classes: 2, alpha: 100_000 });
    const [halfWidth, halfHeight] = [Math.trunc(0.5 * Math.SQRT1_2 * width), Math.trunc(0.5 * Math.SQRT1_2 * height)];
    const counts = Array<number>(width).fill(0);
    const draws = 3500;
    let largest = 0;
    for (let i = 0; i < draws; i++) {
      const { x } = apply(transform, filled(2, 1), i);
      const at = [...x.data.slice(0, 70).keys()].filter((j) => x.data[j] === 1);
      largest = Math.max(largest, at.length);
      const columns = at.map((j) => j % width);
      const [left, right] = [Math.min(...columns), Math.max(...columns) + 1];
      const middle = left === 0 ? right - halfWidth : left + halfWidth;
      counts[middle] = (counts[middle] as number) + 1;
    }
    expect(largest).toBe(4 * halfWidth * halfHeight);
    const expected = draws / width;
    const statistic = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(statistic).toBeLessThan(width - 1 + 5 * Math.sqrt(2 * (width - 1)));
  });

  test('of a single sample leaves it as it is', () => {
    const batch = { x: floats(1, 1, 6, 6), y: labels(1) };
    for (const transform of [cutmix({ classes: 2 }), mixup({ classes: 2 })]) {
      const { x, y } = apply(transform, batch, 5);
      for (const [i, v] of x.data.entries()) expect(v).toBeCloseTo(batch.x.data[i] as number, 6);
      expect([...y.data]).toEqual([0, 1]);
    }
  });
});

describe('errors', () => {
  const images = floats(2, 1, 4, 4);
  test.each([
    [
      mixup({ classes: 2 }),
      { x: images, y: labels(0, 2) },
      /^batchTransforms\[0\] mixup\(\): a label is not one of the classes\n.*label 2 of sample 1\n.*0 to 1/,
    ],
    [oneHot(2), { x: images, y: labels(-1, 0) }, /oneHot\(2\): a label is not/],
    [
      cutmix({ classes: 2 }),
      { x: images, y: ndarray('float32', [2], Float32Array.of(0.5, 1)) },
      /neither classes nor class probabilities\n.*float32\[2\]/,
    ],
    [cutmix({ classes: 2 }), { x: floats(2, 5), y: labels(0, 1) }, /the items are no images/],
    [
      { batchTransform: 'toString', options: {} },
      { x: images, y: labels(0, 1) },
      /batchTransforms\[0\] toString: there is no such batch transform\n.*\n.*cutmix, mixup, oneHot/,
    ],
  ] as const)('%#', (transform, batch, message) => {
    expect(() => apply(transform, batch)).toThrow(message);
  });

  test('of options', () => {
    const call = (f: (options: never) => unknown, options: unknown) => () => f(options as never);
    expect(call(mixup, { classes: 2, alhpa: 1 })).toThrow(/mixup has no option 'alhpa'/);
    expect(call(mixup, { alpha: 1 })).toThrow(/mixup\.classes/);
    expect(call(mixup, { classes: 2, alpha: 0 })).toThrow(/mixup\.alpha/);
    expect(call(cutmix, { classes: 2.5 })).toThrow(/cutmix\.classes/);
    expect(call(oneHot, 0)).toThrow(/oneHot\.classes/);
  });
});

test('a network learns from mixed digits', async () => {
  const { x, y } = subset(
    await mnistSample(),
    Array.from({ length: 64 }, (_, i) => i),
  );
  const trainer = await createTrainer({
    model: sequential(rescale(1 / 255), flatten(), linear(784, 10)),
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.1 }),
    metrics: [accuracy()],
    backend: referenceBackend(),
    seed: 1,
  });
  const transforms = [mixup({ classes: 10, alpha: 0.2 })];
  for (let step = 0; step < 12; step++) {
    const mixed = applyBatchTransforms(transforms, { x, y }, sampleKey(step));
    expect(Number.isFinite((await trainer.step(mixed.x, mixed.y)).loss)).toBe(true);
  }
  const { loss, accuracy: share } = await trainer.evaluate([{ x, y }]);
  trainer.dispose();
  // Guessing has ln 10 = 2.30 and 0.1.
  expect(loss).toBeLessThan(1.8);
  expect(share).toBeGreaterThan(0.5);
});
