import { ValueError } from '../errors.ts';
import { describeValue, expectNumber, notWhatWasWanted } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

/** A learning rate, or a function of the step (1 for the first). */
export type Schedule = number | ScheduleFunction;

/** Throws unless `lr` is a number of at least 0 or a function of the step. */
export function expectRate(path: string, lr: unknown): asserts lr is Schedule {
  if (typeof lr === 'function') return;
  expectNumber(path, lr, { least: 0 });
}

/** The callbacks on which a schedule depends. */
export function scheduleCallbacks(schedule: Schedule): readonly object[] {
  return typeof schedule === 'function' ? (schedule.callbacks ?? []) : [];
}

/** The schedule `f`, which asks `parts`. */
export function scheduleOf(parts: readonly Schedule[], f: (step: number) => number): ScheduleFunction {
  const callbacks = parts.flatMap(scheduleCallbacks);
  return callbacks.length === 0 ? f : Object.assign((step: number) => f(step), { callbacks });
}

/** Throws a `ValueError` for a schedule that depends on callbacks, where `fit` would not see it. */
export function expectNoCallbacks(path: string, schedule: Schedule): void {
  if (scheduleCallbacks(schedule).length === 0) return;
  throw new ValueError('this schedule depends on what epochs give, and fit sees it only as a learning rate', {
    path,
    received: 'a schedule such as reduceOnPlateau({ lr: 0.1 })',
    expected: 'a number, or a schedule of steps alone',
    fix: 'give it to the optimizer around this one as lr, or to one of its groups',
  });
}

/** The rate of a schedule at a step, whatever it is. */
export function at(schedule: Schedule, step: number): number {
  return typeof schedule === 'number' ? schedule : schedule(step);
}

/** As `at`. Throws a `ValueError` when it is something else than a finite number of at least 0. */
export function rateAt(path: string, lr: Schedule, step: number): number {
  const value: unknown = at(lr, step);
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new ValueError('the schedule gives no usable number', {
    path,
    received: `${describeValue(value)} at step ${step}`,
    expected: 'a finite number of at least 0',
    fix:
      value instanceof Promise
        ? 'a schedule cannot be asynchronous'
        : `correct the function given as ${path.split('.').at(-1)}; steps count from 1`,
  });
}

/** Throws a `ValueError` that says how to make one unless `value` is a schedule or a number of at least 0. */
export function expectSchedule(path: string, value: unknown): asserts value is Schedule {
  if (typeof value !== 'function' && typeof value !== 'number')
    throw notWhatWasWanted(path, value, { what: 'a schedule', example: 'cosine({ lr: 0.1, steps: 1000 })' });
  expectRate(path, value);
}
