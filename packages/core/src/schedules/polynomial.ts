import { expectCount, expectNumber, expectOptions } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

export interface PolynomialOptions {
  readonly lr: number;
  /** Steps until the rate is 0, where it stays. */
  readonly steps: number;
  /** Default 1, a straight line. */
  readonly power?: number;
}

/** `lr · (1 − (step − 1) / steps)^power`, PyTorch's `PolynomialLR`. */
export function polynomial(options: PolynomialOptions): ScheduleFunction {
  expectOptions('polynomial', options, ['lr', 'steps', 'power']);
  const { lr, steps, power = 1 } = options;
  expectNumber('polynomial.lr', lr, { least: 0 });
  expectCount('polynomial', 'steps', steps);
  expectNumber('polynomial.power', power, { above: 0 });
  return (step) => lr * (1 - Math.min(1, (step - 1) / steps)) ** power;
}
