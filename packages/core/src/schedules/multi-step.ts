import { ValueError } from '../errors.ts';
import { describeValue, expectNumber, expectOptions } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

export interface MultiStepOptions {
  readonly lr: number;
  /** After how many steps the rate changes, ascending. */
  readonly milestones: readonly number[];
  /** Factor of each change, default 0.1. */
  readonly gamma?: number;
}

/** `lr · gamma^k` after `k` of the milestones, PyTorch's `MultiStepLR` counted in steps instead of epochs. */
export function multiStep(options: MultiStepOptions): ScheduleFunction {
  expectOptions('multiStep', options, ['lr', 'milestones', 'gamma']);
  const { lr, milestones, gamma = 0.1 } = options;
  expectNumber('multiStep.lr', lr, { least: 0 });
  expectMilestones(milestones);
  expectNumber('multiStep.gamma', gamma, { least: 0 });
  return (step) => lr * gamma ** milestones.filter((milestone) => step > milestone).length;
}

function expectMilestones(value: unknown): void {
  const isAscending =
    Array.isArray(value) && value.every((n, i) => Number.isSafeInteger(n) && n >= 1 && (i === 0 || n > value[i - 1]));
  if (isAscending) return;
  throw new ValueError('multiStep was given invalid milestones', {
    path: 'multiStep.milestones',
    received: Array.isArray(value) ? `[${value.map(String).join(', ')}]` : describeValue(value),
    expected: 'a list of whole numbers from 1 on that ascend, such as [300, 600]',
  });
}
