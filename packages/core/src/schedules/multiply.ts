import { ValueError } from '../errors.ts';
import { at, expectSchedule, type Schedule, scheduleOf } from './rate.ts';
import type { ScheduleFunction } from './schedule.ts';

/**
 * The product of schedules at each step, such as `multiply(0.1, cosine({ lr: 1, steps: 1000 }))`; PyTorch's `ChainedScheduler` where the rate of
 * all but one is relative to 1.
 */
export function multiply(...schedules: readonly Schedule[]): ScheduleFunction {
  if (schedules.length === 0)
    throw new ValueError('multiply was given no schedules', { received: 'nothing', expected: 'at least one' });
  for (const [i, schedule] of schedules.entries()) expectSchedule(`multiply: schedule ${i}`, schedule);
  return scheduleOf(schedules, (step) =>
    schedules.reduce<number>((product, schedule) => product * at(schedule, step), 1),
  );
}
