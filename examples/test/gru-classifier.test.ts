import { mnistSample, subset } from '@descent/datasets';
import { expect, test } from 'vitest';
import { gruClassifier } from '../gru-classifier/example.ts';
import { readings } from '../gru-classifier/readings.ts';
import { few } from '../lib/few.ts';
import { expectOneCurve } from './curves.ts';

test('gru-classifier has one curve on two engines, and its file the answers of the network', async () => {
  const { curve, numbers } = await expectOneCurve(gruClassifier);
  expect(curve).toHaveLength(4);
  expect(numbers['test_accuracy_of_file']).toBeCloseTo(numbers['test_accuracy'] as number, 6);
  expect(numbers['largest_difference_of_file']).toBeLessThan(1e-4);
});

test('a reading is the upper rows of a digit and nothing behind them', async () => {
  const digits = subset(await mnistSample(), few(50));
  const { x, y } = readings(digits, 1);
  expect(x.x.shape).toEqual([50, 28, 28]);
  expect(y.data).toEqual(digits.y.data);
  expect(new Set(x.lengths.data).size).toBeGreaterThan(10);
  for (const [i, rows] of x.lengths.data.entries()) {
    expect(rows).toBeGreaterThanOrEqual(10);
    const [read, digit] = [x.x.data, digits.x.data].map((data) => data.slice(i * 784, (i + 1) * 784));
    expect(read?.slice(0, rows * 28)).toEqual(digit?.slice(0, rows * 28));
    expect(read?.slice(rows * 28).every((pixel) => pixel === 0)).toBe(true);
  }
});
