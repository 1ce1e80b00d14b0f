import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { type ArrayDataset, classCounts, randomSplit, subset } from '../src/public/index.ts';
import { toy } from './helpers.ts';

/** The item numbers in a part of a toy dataset. */
function items(dataset: ArrayDataset): number[] {
  return Array.from({ length: dataset.length }, (_, i) => dataset.x.data[6 * i] as number);
}

describe('subset', () => {
  test('copies items in the given order, repeats included', () => {
    const part = subset(toy(5), [4, 0, 4]);
    expect(part.length).toBe(3);
    expect(part.x.shape).toEqual([3, 2, 3]);
    expect(Array.from(part.x.data)).toEqual([4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4]);
    expect(part.y).toEqual({ dtype: 'int32', shape: [3], data: Int32Array.of(1, 0, 1) });
    expect(part.licence).toBe('CC0-1.0');
  });

  test('keeps float32 data exactly', () => {
    const floats = { dtype: 'float32', shape: [2, 2], data: Float32Array.of(0.1, 1e-40, -0, 3e38) } as const;
    expect(subset({ ...toy(2), x: floats }, [1, 0]).x.data).toEqual(Float32Array.of(-0, 3e38, 0.1, 1e-40));
  });

  test.each([5, -1, 0.5, Number.NaN])('refuses index %s', (index) => {
    expect(() => subset(toy(5), [0, index])).toThrow(
      `received: index ${index} at position 1\n  expected: integers from 0 to 4`,
    );
  });
});

describe('randomSplit', () => {
  test('parts are disjoint, of the asked sizes, in the order of the dataset', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.nat(100),
        fc.nat(1000),
        fc.boolean(),
        (n, percent, seed, stratified) => {
          const parts = randomSplit(toy(n), [percent / 100, 1 - percent / 100], { seed, stratified }).map(items);
          expect(parts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
          for (const part of parts) expect(part).toEqual(part.toSorted((a, b) => a - b));
          expect(Math.abs((parts[0]?.length ?? 0) - (n * percent) / 100)).toBeLessThanOrEqual(stratified ? 1.5 : 0.5);
        },
      ),
    );
  });

  test('stratified parts hold the same share of each class', () => {
    const labels = Array.from({ length: 200 }, (_, i) => (i < 150 ? 0 : i < 190 ? 1 : 2));
    const [train, validation] = randomSplit(toy(200, labels), [0.8, 0.2], { stratified: true });
    expect(classCounts(train)).toEqual([120, 32, 8]);
    expect(classCounts(validation)).toEqual([30, 8, 2]);
  });

  test('depends on the seed alone, and is random', () => {
    const [a] = randomSplit(toy(100), [0.5], { seed: 1 });
    const [b] = randomSplit(toy(100), [0.5], { seed: 1 });
    const [c] = randomSplit(toy(100), [0.5], { seed: 2 });
    expect(items(a)).toEqual(items(b));
    expect(items(a)).not.toEqual(items(c));
    expect(items(a).filter((i) => i < 50).length).toBeGreaterThan(10);
    expect(items(a).filter((i) => i < 50).length).toBeLessThan(40);
  });

  test('gives a tuple as long as the fractions', () => {
    const parts = randomSplit(toy(10), [0.7, 0.2, 0.1]);
    expectTypeOf(parts).toEqualTypeOf<[ArrayDataset, ArrayDataset, ArrayDataset]>();
    expect(parts.map((part) => part.length)).toEqual([7, 2, 1]);
  });

  test.each([[[0.5, 0.6]], [[-0.1]], [[Number.NaN]], [[2]]])('refuses fractions %j', (fractions) => {
    expect(() => randomSplit(toy(10), fractions)).toThrow('numbers from 0 to 1 with a sum of at most 1');
  });
});
