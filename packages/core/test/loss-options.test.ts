// What plain JavaScript and JSON give to losses: each is told what is wrong, when the loss is made or at the latest when it is applied.
import * as core from '@descent/core';
import { DescentError, type Loss } from '@descent/core';
import { input } from '@descent/core/ops';
import { describe, expect, test } from 'vitest';

const WRONG: readonly unknown[] = [null, 'x', '3', '', true, {}, [], [null], Number.NaN, Number.POSITIVE_INFINITY, -1];

/** Losses with their options; `false` marks what takes one of the wrong values rightly. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  mse: ['reduction'],
  l1: ['reduction'],
  smoothL1: ['beta', 'reduction'],
  huber: ['delta', 'reduction'],
  bceWithLogits: ['weight', 'posWeight', 'reduction'],
};

const make = (name: string, options?: unknown): Loss =>
  (core as unknown as Record<string, (options?: unknown) => Loss>)[name]?.(options) as Loss;

describe.each(Object.entries(OPTIONS))('%s', (name, options) => {
  test('has a label, and says what the output and the targets are', () => {
    const loss = make(name);
    expect(loss.label).toBe(name);
    expect(core.isOutputKind(loss.output)).toBe(true);
    expect(loss.targets).toBeTypeOf('function');
  });

  test('refuses an option that it has not', () => {
    expect(() => make(name, { reductoin: 'mean' })).toThrow(/has no option 'reductoin'/);
    for (const given of [null, 3, 'mean', []]) expect(() => make(name, given)).toThrow(DescentError);
  });

  test.each(options)('refuses another %s', (option) => {
    for (const value of WRONG) {
      const use = (): unknown => make(name, { [option]: value });
      expect(use, JSON.stringify(value)).toThrow(DescentError);
    }
  });
});

describe('reduction', () => {
  test.each(['mse', 'l1', 'smoothL1', 'huber', 'bceWithLogits'])('of %s: PyTorch’s others are explained', (name) => {
    expect(() => make(name, { reduction: 'sum' })).toThrow(/fix: give 'batchMean', the sum divided by the number/);
    expect(() => make(name, { reduction: 'none' })).toThrow(/one number/);
    expect(() => make(name, { reduction: 'batchmean' })).toThrow(/write it as 'batchMean'/);
  });

  test('what a mean counts: elements of samples of any size, or samples', () => {
    const of = (shape: readonly number[], reduction: 'mean' | 'batchMean') => {
      const x = input('x', shape);
      return core.mse({ reduction }).weight?.(x, x);
    };
    expect(of([4, 3], 'mean')).toBeUndefined();
    expect(of([4, 3, 2], 'mean')).toBeDefined();
    expect(of([4, 3, 2], 'batchMean')).toBeUndefined();
  });
});
