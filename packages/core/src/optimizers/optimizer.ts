import { ValueError } from '../errors.ts';
import type { Transform } from './transform.ts';

/** A learning rate, or a function of the step (1 for the first). */
export type Schedule = number | ((step: number) => number);

/** `parameter − lr · direction`, where `transform` makes the direction. A description: it holds no state and belongs to no network. */
export interface Optimizer {
  readonly label: string;
  readonly lr: Schedule;
  readonly transform: Transform;
}

/** The learning rate of `step`. Throws when a schedule gives something that is not a finite number. */
export function learningRate({ lr, label }: Optimizer, step: number): number {
  const value = typeof lr === 'number' ? lr : lr(step);
  if (Number.isFinite(value)) return value;
  throw new ValueError('the learning rate is not a finite number', {
    path: `${label}.lr`,
    received: `${value} at step ${step}`,
    expected: 'a finite number',
  });
}

/** Throws unless `value` is a number in `[low, high)`. */
export function expectInRange(path: string, value: number, low: number, high: number = Number.POSITIVE_INFINITY): void {
  if (value >= low && value < high) return;
  throw new ValueError(`an option of the optimizer is out of range`, {
    path,
    received: String(value),
    expected:
      high === Number.POSITIVE_INFINITY
        ? `a number of at least ${low}`
        : `a number from ${low} up to, but not, ${high}`,
  });
}

export function expectRate(path: string, lr: Schedule): void {
  if (typeof lr === 'function') return;
  expectInRange(path, lr, 0);
}
