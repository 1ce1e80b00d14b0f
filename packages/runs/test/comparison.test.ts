import type { EpochRecord } from '@descent/core';
import { describe, expect, test } from 'vitest';
import { type Contender, compareRuns, environment, holm, renderComparison, welch } from '../src/public/index.ts';
import { all, attribute, parsePage } from './page-tree.ts';

function contender(name: string, values: readonly (number | null)[]): Contender {
  return {
    name,
    parameters: 203_530,
    flops: 406_000,
    runs: values.map((value, seed) => ({
      seed,
      value,
      epoch: value === null ? null : 2,
      seconds: 2 + seed,
      folder: `runs/${name}/seed-${seed}`,
      history: value === null ? [] : [epoch(1, value / 2), epoch(2, value)],
    })),
  };
}

function epoch(at: number, accuracy: number): EpochRecord {
  return {
    epoch: at,
    train: { loss: 1 / at },
    validation: null,
    test: { loss: 2 / at, accuracy },
    seconds: 1,
  } as EpochRecord;
}

const A = [0.912, 0.915, 0.909, 0.914, 0.91];
const B = [0.921, 0.919, 0.925, 0.922, 0.918];
const C = [0.92, 0.923, 0.924, 0.919, 0.921];
const WAY = { metric: 'test.accuracy', mode: 'max' } as const;

describe('compareRuns', () => {
  test('means, deviations, and each pair by Welch with the correction of Holm', () => {
    const { contenders, pairs, verdict } = compareRuns([contender('a', A), contender('b', B), contender('c', C)], WAY);
    expect(contenders.map(({ value }) => value?.mean.toFixed(4))).toEqual(['0.9120', '0.9210', '0.9214']);
    expect(contenders[0]?.value?.deviation).toBeCloseTo(0.00254951, 8);
    expect(contenders[0]?.seconds.mean).toBe(4);
    const tests = [welch(A, B), welch(A, C), welch(B, C)];
    expect(pairs.map(({ p }) => p)).toEqual(tests.map(({ p }) => p));
    expect(pairs.map(({ corrected }) => corrected)).toEqual(holm(tests.map(({ p }) => p)));
    expect(pairs[0]?.difference).toBeCloseTo(0.009, 10);
    expect(verdict).toMatch(
      /^c has the best mean test\.accuracy\. That is more than chance against a \(p = 0\.00\d\d\)\. Against b \(p = 0\.\d+\) it may be chance\.$/,
    );
  });

  test('a smaller number may be the better one', () => {
    const { verdict } = compareRuns([contender('a', A), contender('b', B)], { metric: 'test.loss', mode: 'min' });
    expect(verdict).toMatch(/^a has the best mean test\.loss\. That is more than chance against b/);
  });

  test('one seed, equal results and trainings that diverged are no test', () => {
    const one = compareRuns([contender('a', [0.9]), contender('b', [0.8]), contender('c', [null, null])], WAY);
    expect(one.pairs).toMatchObject([{ p: null, corrected: null, difference: expect.closeTo(-0.1) }]);
    expect(one.contenders[2]?.value).toBeNull();
    expect(one.verdict).toBe(
      'a has the best mean test.accuracy. Against b there is no test: it takes at least two seeds each, with different results.',
    );
    expect(compareRuns([contender('a', [1, 1]), contender('b', [1, 1])], WAY).pairs[0]?.p).toBeNull();
  });

  test('of equal means none is the best', () => {
    const verdict = (...all: readonly (readonly number[])[]): string =>
      compareRuns(
        all.map((values, i) => contender('abc'[i] as string, values)),
        WAY,
      ).verdict;
    for (const other of [[0.9, 0.8], [0.8, 0.9], [0.85], [0.85 + 1e-16, 0.85]])
      expect(verdict([0.8, 0.9], other)).toBe('a and b have the same mean test.accuracy: none is better than another.');
    // t is 15 with one degree of freedom, which Holm takes three times: 3 (1 - 2 atan(15) / pi).
    expect(verdict([0.8, 0.9], [0.9, 0.8], [0.1, 0.10001])).toBe(
      'a and b have the same mean test.accuracy, the best. Against c (p = 0.127) it may be chance.',
    );
    expect(verdict([0.8, 0.9], [0.9, 0.8, 0.86])).toMatch(
      /^b has the best mean test\.accuracy, but by no more than may be chance: against a \(p = 0\.\d+\)\.$/,
    );
  });

  test('trainings without a number are no result', () => {
    expect(compareRuns([contender('a', [null]), contender('b', [null])], WAY).verdict).toBe(
      'No training came to a test.accuracy.',
    );
  });
});

describe('renderComparison', () => {
  test('shows the table, a curve of each over each other, and the tests; text stays text', () => {
    const nasty = '<script>alert(1)</script>';
    const comparison = compareRuns([contender(nasty, A), contender('b', B), contender('none', [null])], WAY);
    const html = renderComparison(comparison, { title: nasty, environment: environment() });
    expect(html).not.toContain(nasty);
    expect(html).toContain('0.9120 ± 0.0025');
    // Three charts, of two recipes with five seeds each: the mean, and each seed behind it.
    expect(html.match(/<figure class="chart"/g)).toHaveLength(3);
    expect(html.match(/class="curve c\d faint"/g)).toHaveLength(30);
    expect(html.match(/class="curve c\d"/g)).toHaveLength(6);
    const { root, errors } = parsePage(html);
    expect(errors).toEqual([]);
    expect(all(root, 'script')).toEqual([]);
    expect(all(root, 'table')).toHaveLength(2);
  });

  test('has no curves of one epoch', () => {
    const short = [contender('a', A), contender('b', B)].map((one) => ({
      ...one,
      runs: one.runs.map((run) => ({ ...run, history: run.history.slice(0, 1) })),
    }));
    const { root } = parsePage(
      renderComparison(compareRuns(short, WAY), { title: 'a, b', environment: environment() }),
    );
    expect(all(root, 'section').map((section) => attribute(section, 'id'))).toEqual(['results', 'tests']);
  });
});
