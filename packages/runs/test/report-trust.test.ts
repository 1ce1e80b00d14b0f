import { type ReportInput, renderReport } from '@descent/runs';
import { describe, expect, test } from 'vitest';
import { wilsonInterval } from '../src/statistics/wilson.ts';
import { all, attribute, type Element, one, parsePage, text } from './page-tree.ts';
import { EVALUATION, INPUT } from './report-input.ts';

/** The two lists of the first section, each entry as its name and what is said. */
function verdict(changes: Partial<ReportInput>): {
  readonly checks: readonly string[];
  readonly steps: readonly string[];
} {
  const { root, errors } = parsePage(renderReport({ ...INPUT, ...changes }));
  expect(errors).toEqual([]);
  const entries = (list: string) => all(one(root, '#findings'), list).flatMap((ul) => all(ul, 'li'));
  const said = (li: Element): string => `${text(one(li, 'b'))}: ${text(one(li, 'p'))}`;
  return {
    checks: entries('.checks').map((li) => `${attribute(li, 'class')} ${said(li)}`),
    steps: entries('.steps').map(said),
  };
}

const epochs = (losses: readonly number[], held: 'validation' | 'test' | null): ReportInput['history'] =>
  losses.map((loss, i) => ({
    epoch: i + 1,
    train: { loss },
    validation: held === 'validation' ? { loss } : null,
    test: held === 'test' ? { loss } : null,
    seconds: 1,
  }));

/** Without its evaluation and findings. */
function bare(changes: Partial<ReportInput>): Partial<ReportInput> {
  const { evaluation: _, ...others } = INPUT;
  return { ...others, findings: [], stopped: null, ...changes, evaluation: changes.evaluation as never };
}

test('findings of one kind are one entry, with all that was seen and each advice once', () => {
  const findings = ['layer 1', 'layer 3'].map(
    (layer) => ({ rule: 'dead units', seen: `${layer} is zero`, advice: 'lower the rate' }) as const,
  );
  const { checks, steps } = verdict({
    findings: [...findings, { rule: 'overfitting', seen: 'it rose', advice: 'stop' }],
  });
  expect(checks.slice(-2)).toEqual([
    'is-warn dead units: Layer 1 is zero. Layer 3 is zero.',
    'is-warn overfitting: It rose.',
  ]);
  expect(steps).toEqual(['against dead units: Lower the rate.', 'against overfitting: Stop.']);
});

describe('whether to trust a run', () => {
  test('depends on what it was judged on', () => {
    const history = epochs([3, 2, 1], 'test');
    expect(verdict(bare({ history })).checks[0]).toMatch(
      /^is-good judged on other data: .* 1,522 test samples that were not/,
    );
    expect(verdict(bare({ history: epochs([3, 2, 1], 'validation') })).checks[0]).toMatch(/^is-note no test data/);
    const { checks, steps } = verdict(bare({ history: epochs([3, 2, 1], null) }));
    expect(checks[0]).toMatch(/^is-warn no held-out data: .* 12,345 training samples themselves/);
    expect(steps[0]).toMatch(/^keep data back/);
  });

  test('of classes: how sure the accuracy is, and whether it is better than guessing', () => {
    // 1,505 of 1,522 samples are of one class, and 1,512 are right.
    expect(verdict({}).checks[1]).toMatch(/^is-warn no better than guessing: .*98\.8.*99\.6.*right in 98\.9/);
    const confusion = [
      [90, 10],
      [10, 90],
    ];
    const evaluation = { ...EVALUATION, classes: ['a', 'b'], confusion, samples: 200, accuracy: 0.9, mistakes: [] };
    expect(verdict({ evaluation }).checks[1]).toMatch(/^is-good better than guessing: .*85\.1.*93\.4.*right in 50\.0/);
  });

  test('of numbers: whether they are better than the mean, in their unit', () => {
    const numbers = { kind: 'numbers', set: 'test', samples: 9, meanAbsoluteError: 1, points: [], unit: '€' } as const;
    const good = verdict({ evaluation: { ...numbers, rootMeanSquaredError: 56.64123, r2: 0.98, deviation: 531.57 } });
    expect(good.checks[1]).toBe(
      'is-good better than the mean: The network misses by 56.64\u202f€ (root mean squared error); always saying the mean misses by 531.6\u202f€.',
    );
    const bad = verdict({ evaluation: { ...numbers, rootMeanSquaredError: 600, r2: -0.2, deviation: 531.57 } });
    expect(bad.checks[1]).toMatch(/^is-warn no better than the mean/);
  });

  test('of a run that did not end: that it did not', () => {
    expect(verdict({ status: 'interrupted' }).checks[0]).toMatch(/^is-warn not finished: It was stopped/);
    const failed = verdict(bare({ status: 'failed', stopped: 'the loss became NaN', history: [] }));
    expect(failed.checks).toEqual([
      'is-warn not finished: It ended with an error (the loss became NaN): these numbers are of the epochs before.',
    ]);
    expect(failed.steps[0]).toMatch(/^mend what ended it/);
  });
});

test('what to do next follows from where the best epoch is', () => {
  expect(verdict(bare({ history: epochs([4, 3, 2, 1], 'test') })).steps).toEqual([
    'train longer: The best epoch is the last: more may do better.',
  ]);
  expect(verdict(bare({ history: epochs([4, 1, 2, 2, 2, 2], 'test') })).steps[0]).toMatch(
    /^train shorter: The test loss was best in epoch 2 of 6/,
  );
  expect(verdict(bare({ history: epochs([4, 3, 2, 1, 1], 'test') })).steps).toEqual([]);
});

test('regression comes first as R² and root mean squared error', () => {
  const evaluation = {
    kind: 'numbers',
    ...{ set: 'test', samples: 9, meanAbsoluteError: 41.5, points: [], unit: '€', target: 'rent' },
    ...{ rootMeanSquaredError: 56.64123, r2: 0.98 },
  } as const;
  const { root } = parsePage(renderReport({ ...INPUT, evaluation }));
  const tiles = all(one(root, '.tiles'), 'div').map(text);
  expect(tiles.slice(0, 3)).toEqual([
    'Test R²0.9800share of the variance explained',
    'Test RMSE56.64\u202f€of rent',
    'Mean absolute error41.5\u202f€of rent',
  ]);
});

test('Wilson’s interval is that of the literature', () => {
  // Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  const cases = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const;
  for (const [hits, count, low, high] of cases) {
    const [from, to] = wilsonInterval(hits, count);
    expect(from).toBeCloseTo(low, 4);
    expect(to).toBeCloseTo(high, 4);
  }
  expect(wilsonInterval(0, 0)).toEqual([0, 1]);
});
