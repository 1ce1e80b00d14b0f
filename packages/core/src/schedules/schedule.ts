import { ValueError } from '../errors.ts';

/** The learning rate of a step; steps count from 1. */
export type ScheduleFunction = (step: number) => number;

/** Throws unless `value` is a number of at least `least`. */
export function expectAtLeast(path: string, value: number, least: number): void {
  if (Number.isFinite(value) && value >= least) return;
  throw new ValueError('a schedule was given an invalid option', {
    path,
    received: String(value),
    expected: `a number of at least ${least}`,
  });
}
