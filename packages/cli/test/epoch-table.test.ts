import type { EpochRecord } from '@descent/core';
import { adamW, sgd } from '@descent/core';
import { describe, expect, test } from 'vitest';
import { counted } from '../src/ui/count.ts';
import { epochTable } from '../src/ui/epoch-table.ts';
import { formatOptimizer } from '../src/ui/optimizer.ts';
import { formatProof } from '../src/ui/proof.ts';
import { capture } from './helpers.ts';

const METRICS = { loss: 0.123456, accuracy: 0.98765 };

function record(epoch: number, more: Partial<EpochRecord> = {}): EpochRecord {
  return { epoch, train: METRICS, validation: null, test: null, seconds: 1.234, ...more };
}

describe('epochs as a table', () => {
  test('a heading of two lines, once; numbers stand below their names', () => {
    const lines = epochTable(10, capture().output);
    const first = lines(record(1, { test: METRICS }));
    expect(first).toEqual([
      '       ───── train ─────  ───── test ──────',
      'epoch     loss  accuracy     loss  accuracy    time',
      ' 1/10   0.1235    0.9877   0.1235    0.9877  1.23 s',
    ]);
    expect(lines(record(2, { test: METRICS }))).toHaveLength(1);
  });

  test.each([
    [1234.5678, '1235'],
    [12.3456, '12.35'],
    [0.00123456, '0.00123'],
    [1.5e-7, '1.5e-7'],
    [4e16, '4.0e16'],
    [-0.5, '-0.5000'],
    [0, '0'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('%d is written as %s', (loss, text) => {
    const [, , line] = epochTable(3, capture().output)(record(1, { train: { loss } }));
    expect(line?.split(/ +/).slice(2, 3)).toEqual([text]);
  });

  test('seconds and minutes', () => {
    const lines = epochTable(9, capture().output);
    lines(record(1));
    const time = (seconds: number): string | undefined =>
      lines(record(2, { seconds }))[0]?.trim().split(/ {2,}/).at(-1);
    expect([0, 9.999, 59.9, 60, 3599.9].map(time)).toEqual(['0.00 s', '10 s', '60 s', '1:00', '59:59']);
  });

  test('what does not fit 80 columns is left out; the loss of each part stays', () => {
    const many = { loss: 0.5, accuracy: 0.5, precision: 0.5, recall: 0.5, f1: 0.5 };
    const lines = epochTable(1000, capture().output);
    const all = lines(record(1, { train: many, validation: many, test: many }));
    expect(Math.max(...all.map((line) => line.length))).toBeLessThan(80);
    expect(all[1]?.match(/\bloss\b/g)).toHaveLength(3);
    expect(all[0]).toMatch(/train .* validation .* test/);
  });

  test('a terminal gets a curve of the losses that were not trained on; NaN is a gap', () => {
    const lines = epochTable(3, capture(true).output);
    const losses = [1, Number.NaN, 0];
    const last = losses.map((loss, i) => lines(record(i + 1, { validation: { loss } })).at(-1)).at(-1);
    expect(last).toMatch(/█ ▁$/);
  });
});

test('an optimizer with all that it was made with', () => {
  expect(formatOptimizer(sgd({ lr: 0.1, momentum: 0.9, nesterov: true }))).toBe(
    'sgd, lr 0.1, momentum 0.9, nesterov true',
  );
  expect(formatOptimizer(adamW())).toBe('adamW, lr 0.001, weightDecay 0.01');
  expect(formatOptimizer(sgd({ lr: () => 0.1 }))).toBe('sgd, lr by a schedule');
  expect([counted(1, 'epoch'), counted(1200, 'epoch')]).toEqual(['1 epoch', '1,200 epochs']);
});

test('the check of an export in words', () => {
  expect(formatProof({ maxAbsDifference: 0, maxRelativeDifference: 0, samples: 1 })).toBe(
    'computes exactly what the network computes, on 1 real sample',
  );
  expect(formatProof({ maxAbsDifference: 1.23e-6, maxRelativeDifference: 2e-7, samples: 64 })).toContain(
    'at most 1.2e-6 apart, 2e-7 of the largest output, on 64 real samples',
  );
});
