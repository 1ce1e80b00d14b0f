import { diagnoseHistory } from '@descent/core/diagnose';
import { describe, expect, test } from 'vitest';
import { gapOf } from '../src/diagnosis/gap.ts';
import type { EpochScores } from '../src/session/protocol.ts';

const scores = (loss: number, accuracy: number | null = null) => ({ loss, accuracy });

function epoch(number: number, train: number, validation: number | null, test: number | null): EpochScores {
  return {
    epoch: number,
    train: scores(train),
    validation: validation === null ? null : scores(validation),
    test: test === null ? null : scores(test),
    seconds: 1,
  };
}

describe('the gap', () => {
  test('is there with held-out data after an epoch only', () => {
    expect(gapOf([])).toBeNull();
    expect(gapOf([epoch(1, 0.5, null, null)])).toBeNull();
  });

  test('is measured with the validation set, where there is one, and knows where its loss was lowest', () => {
    const epochs = [epoch(1, 2, 1.5, 9), epoch(2, 1, 1.25, 9), epoch(3, 0.25, 1.75, 9)];
    expect(gapOf(epochs)).toMatchObject({ set: 'validation', epoch: 3, loss: 1.5, accuracy: null });
    expect(gapOf(epochs)?.lowest).toEqual({ epoch: 2, loss: 1.25 });
    expect(gapOf(epochs.map((e) => ({ ...e, validation: null })))).toMatchObject({ set: 'test', loss: 8.75 });
  });

  test('has accuracies where both sets have them, and passes over losses that are none', () => {
    const last = { ...epoch(2, 0.5, Number.NaN, null), train: scores(0.5, 0.75) };
    const given = [epoch(1, 1, 1, null), { ...last, validation: scores(Number.NaN, 0.5) }];
    expect(gapOf(given)).toMatchObject({ accuracy: 0.25, lowest: { epoch: 1, loss: 1 } });
  });

  test('is of the set that core judges overfitting by', () => {
    const history = [1, 2, 3, 4, 5, 6].map((n) => ({
      epoch: n,
      train: { loss: 1 / n, accuracy: 1 - 0.3 / n },
      validation: { loss: 0.5 + 0.1 * n, accuracy: 0.7 },
      test: { loss: 0.1, accuracy: 1 },
    }));
    expect(diagnoseHistory(history).map(({ rule }) => rule)).toContain('overfitting');
    const epochs = history.map(({ epoch: n, train, validation }) => epoch(n, train.loss, validation.loss, 0.1));
    expect(gapOf(epochs)?.lowest.epoch).toBe(1);
    expect(gapOf(epochs)?.set).toBe('validation');
  });
});
