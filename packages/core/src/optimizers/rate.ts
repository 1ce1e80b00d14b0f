import { expectNumber } from '../options.ts';

/** A learning rate, or a function of the step (1 for the first). */
export type Schedule = number | ((step: number) => number);

/** Throws unless `lr` is a number of at least 0 or a function of the step. */
export function expectRate(path: string, lr: unknown): void {
  if (typeof lr === 'function') return;
  expectNumber(path, lr, { least: 0 });
}
