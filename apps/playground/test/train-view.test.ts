import { describe, expect, test } from 'vitest';
import { EMPTY_CURVE, withSteps } from '../src/session/curve.ts';
import { describedOptimizer, withOptimizer } from '../src/views/build/optimizer-call.ts';
import { curveSeries, trailingMeans } from '../src/views/train/curve-series.ts';
import { readOptimizer, withRate } from '../src/views/train/optimizer-call.ts';
import { suggestedRate } from '../src/views/train/suggested-rate.ts';
import { formatNumber, formatWeight, spreadOf } from '../src/views/train/weight-numbers.ts';

describe('the curve of a run', () => {
  test('grows by groups of steps, and earlier curves stay as they were', () => {
    const first = withSteps(EMPTY_CURVE, 1, [3, 2], [0.1, null]);
    const second = withSteps(first, 3, [1], [0.5]);
    expect([...first.losses]).toEqual([3, 2]);
    expect([...second.losses]).toEqual([3, 2, 1]);
    expect([...second.accuracies]).toEqual([0.1, Number.NaN, 0.5]);
  });

  test('does not know steps that it did not see, and begins again where a step comes a second time', () => {
    const restored = withSteps(withSteps(EMPTY_CURVE, 4, [], []), 4, [7], [null]);
    expect([...restored.losses]).toEqual([Number.NaN, Number.NaN, Number.NaN, 7]);
    const long = withSteps(EMPTY_CURVE, 1, [5, 4, 3, 2], [null, null, null, null]);
    const again = withSteps(long, 2, [9], [null]);
    expect([...again.losses]).toEqual([5, 9]);
    expect([...long.losses]).toEqual([5, 4, 3, 2]);
  });

  test('holds more steps than its first memory', () => {
    let curve = EMPTY_CURVE;
    for (let step = 1; step <= 3000; step++) curve = withSteps(curve, step, [step], [null]);
    expect(curve.losses).toHaveLength(3000);
    expect(curve.losses.every((loss, i) => loss === i + 1)).toBe(true);
  });

  test('has means of the batches before, and held-out data at the ends of epochs', () => {
    expect([...trailingMeans(Float64Array.of(1, 2, Number.NaN, 6), 2)]).toEqual([1, 1.5, 2, 6]);
    const scores = { loss: 0.5, accuracy: 0.9 };
    const series = curveSeries(
      'accuracy',
      EMPTY_CURVE,
      [{ epoch: 2, train: scores, validation: null, test: scores, seconds: 1 }],
      50,
      { batches: 'b', mean: 'm', validation: 'v', test: 't' },
    );
    expect(series.map(({ name }) => name)).toEqual(['b', 'm', 't']);
    expect(series[2]).toMatchObject({ x: [100], y: [0.9], tone: 'test' });
  });
});

describe('an optimizer in fields', () => {
  test('is read and written', () => {
    for (const call of [
      ['sgd', { lr: 0.1 }],
      ['sgd', { lr: 0.1, momentum: 0.9 }],
      ['adam', { lr: 0.01 }],
    ] as const)
      expect(withRate(call, readOptimizer(call)!.lr)).toEqual(call);
    expect(readOptimizer('adam')).toEqual({ name: 'adam', lr: 0.001, momentum: 0 });
    expect(withOptimizer(['sgd', { lr: 0.1 }], describedOptimizer('adam')!)).toEqual(['adam', { lr: 0.001 }]);
  });

  test('that says more is left alone', () => {
    expect(readOptimizer(['sgd', { lr: 0.1, nesterov: true }])).toBeNull();
    expect(readOptimizer(['clipped', 1, ['sgd', { lr: 0.1 }]])).toBeNull();
    expect(readOptimizer(['sgd', { lr: ['cosine', { lr: 0.1, steps: 10 }] }])).toBeNull();
  });

  test('takes another rate, inside others, too', () => {
    expect(withRate(['sgd', { lr: 0.1, momentum: 0.9 }], 0.2)).toEqual(['sgd', { lr: 0.2, momentum: 0.9 }]);
    expect(withRate(['clipped', 1, ['adam', { lr: 0.1 }]], 0.2)).toEqual(['clipped', 1, ['adam', { lr: 0.2 }]]);
    expect(withRate('adam', 0.2)).toEqual(['adam', { lr: 0.2 }]);
    expect(withRate(['sgd', { lr: ['cosine', { lr: 0.1, steps: 9 }] }], 0.2)).toEqual([
      'sgd',
      { lr: ['cosine', { lr: 0.2, steps: 9 }] },
    ]);
    expect(withRate(['unknown', 3], 0.2)).toBeNull();
  });
});

describe('the rate of a range test', () => {
  const rates = Array.from({ length: 101 }, (_, i) => 1e-4 * 10 ** (i / 20));
  test('lies where the loss falls, before its lowest point', () => {
    const found = suggestedRate(
      rates.map((lr) => ({ lr, loss: 2.3 / (1 + (lr / 0.05) ** 2) + (lr > 1 ? lr - 1 : 0) })),
    );
    expect(found).toBeGreaterThan(0.02);
    expect(found).toBeLessThan(0.3);
  });
  test('is none where nothing falls', () => {
    expect(suggestedRate(rates.map((lr) => ({ lr, loss: 1 + lr })))).toBeNull();
    expect(suggestedRate([])).toBeNull();
  });
});

test('weights are written with five digits', () => {
  expect(['0.03125', '−1.2346e−5', '0', '12.346']).toEqual(
    [0.03125, -0.0000123456, 0, 12.3456].map((value) => formatNumber(value)),
  );
  expect(formatWeight(-0.5)).toBe('(−0.5)');
  expect(spreadOf([3, -1, 4])).toEqual({ least: -1, mean: 2, most: 4 });
});
