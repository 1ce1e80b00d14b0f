import { expectAtLeast, type ScheduleFunction } from './schedule.ts';

export interface StepDecayOptions {
  readonly lr: number;
  /** Steps between two changes. */
  readonly every: number;
  /** Factor of each change, default 0.1. */
  readonly gamma?: number;
}

/** `lr · gamma^⌊(step − 1) / every⌋`, PyTorch's `StepLR` counted in steps instead of epochs. */
export function stepDecay({ lr, every, gamma = 0.1 }: StepDecayOptions): ScheduleFunction {
  expectAtLeast('stepDecay.lr', lr, 0);
  expectAtLeast('stepDecay.every', every, 1);
  expectAtLeast('stepDecay.gamma', gamma, 0);
  return (step) => lr * gamma ** Math.floor((step - 1) / every);
}
