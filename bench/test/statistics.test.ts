import { describe, expect, test } from 'vitest';
import { median, rotated, slope, summarize } from '../lib/statistics.ts';

describe('median', () => {
  test.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    // As text, 10 comes before 9.
    [[10, 9, 8], 9],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('of nothing is NaN', () => {
    expect(median([])).toBeNaN();
  });

  test('leaves its argument alone', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

test('a summary has the number of samples, their median and minimum', () => {
  expect(summarize([5, 1, 3])).toEqual({ samples: 3, median: 3, min: 1 });
  expect(summarize([])).toEqual({ samples: 0, median: Number.NaN, min: Number.NaN });
});

test('the slope is that of the line, and of the best line where there is none', () => {
  expect(slope([1, 2, 5].map((x) => [x, 3 * x - 4]))).toBeCloseTo(3, 12);
  // Points (0, 0), (1, 1), (2, 0): the best line is flat.
  expect(
    slope([
      [0, 0],
      [1, 1],
      [2, 0],
    ]),
  ).toBe(0);
});

test('rounds start with another engine each', () => {
  expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
  expect(rotated([], 5)).toEqual([]);
});
