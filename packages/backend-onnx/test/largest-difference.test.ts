import { type NDArray, ndarray } from '@descent/core';
import { expect, test } from 'vitest';
import { largestDifference } from '../src/export/largest-difference.ts';

const floats = (...values: readonly number[]): NDArray =>
  ndarray('float32', [values.length], Float32Array.from(values));

test('a NaN of one side alone stays, whatever differs after it', () => {
  expect(largestDifference(floats(Number.NaN, 2), floats(1, 2.5))).toBeNaN();
  expect(largestDifference(floats(1, 2.5), floats(Number.NaN, 2))).toBeNaN();
  expect(largestDifference(floats(1, Number.NaN), floats(1.5, Number.NaN))).toBe(0.5);
});

test('what is infinite on one side alone is no small difference, and other shapes have none', () => {
  expect(largestDifference(floats(Number.POSITIVE_INFINITY, 1), floats(3, 1))).toBe(Number.POSITIVE_INFINITY);
  expect(largestDifference(floats(Number.NEGATIVE_INFINITY, 1), floats(Number.NEGATIVE_INFINITY, 2))).toBe(1);
  expect(largestDifference(floats(1), floats(1, 2))).toBeNaN();
});
