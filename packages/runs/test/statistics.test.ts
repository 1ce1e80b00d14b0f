import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { holm, mcnemar, pairedPermutation, spreadOf, welch } from '../src/public/statistics.ts';
import { quantileOfT, tailsOfT } from '../src/statistics/student.ts';

interface Two {
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly p: number;
  readonly interval: readonly [number, number];
}

/** By scripts/make-statistics-fixtures.py. */
const scipy = JSON.parse(readFileSync(new URL('./fixtures/statistics.json', import.meta.url), 'utf8')) as {
  readonly mcnemar: readonly { readonly onlyFirst: number; readonly onlySecond: number; readonly p: number }[];
  readonly welch: readonly Two[];
  readonly paired: readonly Two[];
  readonly t: readonly { readonly t: number; readonly df: number; readonly p: number }[];
};

/** Equal but for a relative error of 1e-9. */
function expectNear(actual: number | null | undefined, expected: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-300);
}

describe("Student's t", () => {
  test.each(scipy.t)('t = $t with $df degrees of freedom, as SciPy', ({ t, df, p }) => {
    expectNear(tailsOfT(t, df), p);
  });

  test('the quantile is where the tails are', () => {
    // From the tables that every textbook has.
    for (const [df, expected] of [
      [1, 12.706],
      [4, 2.776],
      [30, 2.042],
    ] as const)
      expect(quantileOfT(0.05, df)).toBeCloseTo(expected, 3);
  });
});

describe('mcnemar', () => {
  test.each(scipy.mcnemar)(
    '$onlyFirst against $onlySecond, as the binomial test of SciPy',
    ({ onlyFirst, onlySecond, p }) => {
      const found = mcnemar(onlyFirst, onlySecond, 20_000);
      expectNear(found.p, p);
      expect(found.difference).toBe((onlySecond - onlyFirst) / 20_000);
    },
  );

  test('the interval is that of Agresti and Min', () => {
    // d = (c − b) / (n + 2), (d ± 1.96 √(b + c + 1 − (c − b)² / (n + 2)) / (n + 2)), of 10 against 30 of 198.
    const { interval } = mcnemar(10, 30, 198);
    const reach = (1.959963984540054 * Math.sqrt(41 - 400 / 200)) / 200;
    expectNear(interval[0], 0.1 - reach);
    expectNear(interval[1], 0.1 + reach);
    expect(mcnemar(0, 1, 1).interval).toEqual([expect.any(Number), 1]);
  });

  test.each([
    [-1, 0, 5],
    [1.5, 0, 5],
    [3, 3, 5],
    [0, 0, 0],
    ['1', 0, 5],
  ])('refuses %j, %j of %j', (b, c, n) => {
    expect(() => mcnemar(b as number, c, n)).toThrow('a test takes a whole number here');
  });
});

describe('welch', () => {
  test.each(scipy.welch)('as SciPy: $p', ({ first, second, p, interval }) => {
    const found = welch(first, second);
    expectNear(found.p, p);
    for (const i of [0, 1] as const) expect(found.interval?.[i]).toBeCloseTo(interval[i], 9);
  });

  test('says nothing where there is no deviation to judge by', () => {
    expect(welch([1], [2, 3])).toEqual({ difference: 1.5, interval: null, p: null });
    expect(welch([0.1, 0.1, 0.1], [0.2, 0.2, 0.2])).toMatchObject({ interval: null, p: null });
    expect(spreadOf([0.1, 0.1, 0.1])).toEqual({ n: 3, mean: 0.1, deviation: 0 });
    expect(spreadOf([4])).toEqual({ n: 1, mean: 4, deviation: null });
    expect(() => welch([], [1])).toThrow('a test takes finite numbers');
    expect(() => welch([1, Number.NaN], [1])).toThrow('values[1]');
  });
});

describe('pairedPermutation', () => {
  test.each(scipy.paired)('as SciPy: $p', ({ first, second, p, interval }) => {
    const found = pairedPermutation(first, second);
    expect(found.isExact).toBe(first.length < 14);
    if (found.isExact) expectNear(found.p, p);
    // Of 9999 draws, four standard deviations.
    else expect(Math.abs(found.p - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 9999) + 2e-4);
    const width = interval[1] - interval[0];
    for (const i of [0, 1] as const)
      expect(Math.abs(found.interval[i] - interval[i])).toBeLessThan(0.04 * width + 1e-12);
  });

  test('equal numbers differ by nothing, one seed gives one result, and p is never 0', () => {
    const a = Array.from({ length: 50 }, (_, i) => Math.sin(i));
    expect(pairedPermutation(a, a)).toEqual({ difference: 0, interval: [0, 0], p: 1, isExact: false });
    const b = a.map((value) => value + 1);
    expect(pairedPermutation(a, b).p).toBe(1e-4);
    const c = a.map((value, i) => value + Math.cos(9 * i));
    expect(pairedPermutation(a, c)).toEqual(pairedPermutation(a, c));
    expect(pairedPermutation(a, c, { seed: 1 })).not.toEqual(pairedPermutation(a, c));
  });

  test('refuses what is not paired', () => {
    expect(() => pairedPermutation([1, 2], [1])).toThrow('the two are not about the same samples');
    expect(() => pairedPermutation([], [])).toThrow('a test takes finite numbers');
    expect(() => pairedPermutation([1], [2], { draw: 3 } as never)).toThrow("has no option 'draw'");
    expect(() => pairedPermutation([1], [2], { draws: 0 })).toThrow('a whole number');
  });
});

describe('holm', () => {
  test('as p.adjust of R has it', () => {
    // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    const corrected = holm([0.01, 0.04, 0.03, 0.005]);
    for (const [i, expected] of [0.03, 0.06, 0.06, 0.02].entries()) expectNear(corrected[i], expected);
    expect(holm([0.9, null, 0.8])).toEqual([1, null, 1]);
    expect(holm([])).toEqual([]);
    expect(() => holm([0.5, Number.NaN])).toThrow('this is no probability');
  });
});
