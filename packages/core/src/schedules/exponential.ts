import { expectNumber, expectOptions } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

export interface ExponentialOptions {
  readonly lr: number;
  /** Factor from each step to the next. */
  readonly gamma: number;
}

/** `lr · gamma^(step − 1)`, PyTorch's `ExponentialLR` counted in steps instead of epochs. */
export function exponential(options: ExponentialOptions): ScheduleFunction {
  expectOptions('exponential', options, ['lr', 'gamma']);
  const { lr, gamma } = options;
  expectNumber('exponential.lr', lr, { least: 0 });
  expectNumber('exponential.gamma', gamma, { least: 0 });
  return (step) => lr * gamma ** (step - 1);
}
