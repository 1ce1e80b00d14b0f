import { ValueError } from '../errors.ts';
import { describeValue, expectNumber } from '../options.ts';
import type { Transform } from './transform.ts';

/** A learning rate, or a function of the step (1 for the first). */
export type Schedule = number | ((step: number) => number);

/** `parameter − lr · direction`, where `transform` makes the direction. A description: it holds no state and belongs to no network. */
export interface Optimizer {
  readonly label: string;
  readonly lr: Schedule;
  readonly transform: Transform;
}

/** The learning rate of `step`. Throws a `ValueError` when a schedule gives something else than a finite number of at least 0. */
export function learningRate({ lr, label }: Optimizer, step: number): number {
  const value: unknown = typeof lr === 'number' ? lr : lr(step);
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new ValueError('the schedule gives no learning rate', {
    path: `${label}.lr`,
    received: `${describeValue(value)} at step ${step}`,
    expected: 'a finite number of at least 0',
    fix:
      value instanceof Promise
        ? 'a schedule cannot be asynchronous'
        : 'correct the function given as lr; steps count from 1',
  });
}

/** Throws unless `lr` is a number of at least 0 or a function of the step. */
export function expectRate(path: string, lr: unknown): void {
  if (typeof lr === 'function') return;
  expectNumber(path, lr, { least: 0 });
}
