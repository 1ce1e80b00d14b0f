import { expectNumber, expectOptions } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

export interface StepDecayOptions {
  readonly lr: number;
  /** Steps between two changes. */
  readonly every: number;
  /** Factor of each change, default 0.1. */
  readonly gamma?: number;
}

/** `lr · gamma^⌊(step − 1) / every⌋`, PyTorch's `StepLR` counted in steps instead of epochs. */
export function stepDecay(options: StepDecayOptions): ScheduleFunction {
  expectOptions('stepDecay', options, ['lr', 'every', 'gamma']);
  const { lr, every, gamma = 0.1 } = options;
  expectNumber('stepDecay.lr', lr, { least: 0 });
  expectNumber('stepDecay.every', every, { least: 1 });
  expectNumber('stepDecay.gamma', gamma, { least: 0 });
  return (step) => lr * gamma ** Math.floor((step - 1) / every);
}
