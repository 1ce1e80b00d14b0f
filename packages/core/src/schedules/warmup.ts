import { expectCount, expectNoOptions } from '../options.ts';
import { at, expectSchedule, type Schedule, scheduleOf } from './rate.ts';
import type { ScheduleFunction } from './schedule.ts';

/**
 * Grows in a straight line from 0 to the first rate of `schedule` in `steps` steps; then `schedule` begins with its first step, or the rate
 * stays where a number is given.
 */
export function warmup(steps: number, schedule: Schedule, ...more: []): ScheduleFunction {
  expectNoOptions('warmup', more);
  expectCount('warmup', 'number of steps', steps, 0);
  expectSchedule('warmup: the schedule', schedule);
  return scheduleOf([schedule], (step) =>
    step <= steps ? (at(schedule, 1) * step) / steps : at(schedule, step - steps),
  );
}
