import { ValueError } from '../errors.ts';
import { describeValue, expectCount, expectNoOptions, notWhatWasWanted } from '../options.ts';
import { at, expectSchedule, type Schedule, scheduleOf } from './rate.ts';
import type { ScheduleFunction } from './schedule.ts';

/** How many steps a schedule is followed for, and the schedule. */
export type SequencePart = readonly [steps: number, schedule: Schedule];

/**
 * Schedules one after the other, each from its first step on, as PyTorch's `SequentialLR`: `sequence([[100, linearRamp({ lr: 0.1, steps: 100 })],
 * [900, cosine({ lr: 0.1, steps: 900 })]])`. The last one goes on after its steps.
 */
export function sequence(parts: readonly SequencePart[], ...more: []): ScheduleFunction {
  expectNoOptions('sequence', more);
  const example = '[[100, 0.01], [900, cosine({ lr: 0.1, steps: 900 })]]';
  if (!Array.isArray(parts)) throw notWhatWasWanted('sequence: the parts', parts, { what: 'a list of parts', example });
  if (parts.length === 0)
    throw new ValueError('sequence was given no parts', { received: 'an empty list', expected: example });
  for (const [i, part] of parts.entries()) {
    if (!Array.isArray(part) || part.length !== 2)
      throw new ValueError('a part of a sequence is a pair', {
        path: `sequence: part ${i}`,
        received: describeValue(part),
        expected: `[steps, schedule], as in ${example}`,
      });
    expectCount('sequence', `number of steps of part ${i}`, part[0]);
    expectSchedule(`sequence: part ${i}`, part[1]);
  }
  const last = parts.length - 1;
  const schedules = parts.map(([, schedule]) => schedule);
  return scheduleOf(schedules, (step) => {
    let before = 0;
    for (const [steps, schedule] of parts.slice(0, last)) {
      if (step <= before + steps) return at(schedule, step - before);
      before += steps;
    }
    return at((parts[last] as SequencePart)[1], step - before);
  });
}
