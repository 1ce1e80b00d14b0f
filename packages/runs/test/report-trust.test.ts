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
      'is-warn not finished: It ended with an error (the loss became NaN): no epoch was over, so there are no numbers.',
    ]);
    expect(failed.steps[0]).toMatch(/^mend what ended it: The same command/);
    const { steps } = verdict(bare({ status: 'failed', stopped: 'it is NaN', remedy: 'try lr 0.1', history: [] }));
    expect(steps).toEqual(['mend what ended it: Try lr 0.1.']);
    const page = renderReport({ ...INPUT, status: 'interrupted', stopped: 'it was told to', history: [] });
    expect(page).toContain('Interrupted after 1 h 2 min on onnx:cpu, before its first epoch was over.');
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
  const over = { history: epochs([4, 3, 2, 1], 'test'), isScheduleOver: true };
  expect(verdict(bare(over)).steps[0]).toMatch(/more may do better\. Its schedule leaves no learning rate/);
});

test('more of the same is a command only where it may help', () => {
  const next = [{ what: 'train on', command: 'descent resume runs/a', trainsOn: true }];
  const commands = (changes: Partial<ReportInput>): number =>
    all(parsePage(renderReport({ ...INPUT, ...bare({ next, ...changes }) })).root, '.commands').length;
  expect(commands({ history: epochs([4, 3, 2, 1], 'test') })).toBe(1);
  expect(commands({ history: epochs([4, 3, 2, 1], 'test'), isScheduleOver: true })).toBe(0);
  expect(commands({ history: epochs([4, 1, 2, 2, 2, 2], 'test') })).toBe(0);
});

test('updates without a learning rate are said to have taught nothing', () => {
  const rates = (...lr: readonly number[]) => lr.map((rate, i) => ({ step: 1 + 10 * i, lr: rate }));
  const checks = (learningRate: ReportInput['learningRate']) =>
    verdict(bare({ history: epochs([3, 2, 2], 'test'), learningRate: learningRate ?? [] })).checks.join();
  expect(checks(rates(0.1, 0.05, 0, 0, 0))).toContain(
    'is-warn learning rate of 0: The learning rate was 0 from about update 21 of 41 on',
  );
  for (const fine of [[], rates(0.1), rates(0, 0), rates(0.1, 0, 0.1), rates(...Array(60).fill(0.1), 0)])
    expect(checks(fine)).not.toContain('learning rate of 0');
});

test('classes that are never found are named', () => {
  const classes = ['a', 'b', 'c', 'd', 'e', 'f'];
  const score = (recall: number, support: number) => ({ precision: 0, recall, f1: 0, support });
  const found = (recalls: readonly number[], support = 5): string =>
    verdict(
      bare({
        history: epochs([3, 2, 1], 'test'),
        evaluation: { ...EVALUATION, classes, scores: recalls.map((recall) => score(recall, support)) },
      }),
    ).checks.join();
  expect(found([1, 0, 0.2, 1, 1, 1])).toContain('Of 1 of the 6 classes not one sample is recognised: “b”.');
  expect(found([0, 0, 0, 0, 0, 1])).toContain(
    'Of 5 of the 6 classes not one sample is recognised: “a”, “b”, “c” and 2 more.',
  );
  expect(found([0, 0, 0, 0, 0, 0], 0)).not.toContain('recognised');
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
