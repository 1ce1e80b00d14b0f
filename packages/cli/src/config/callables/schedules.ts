import type * as core from '@descent/core';
import { cosine, type ScheduleFunction, stepDecay } from '@descent/core';
import { COUNT, NUMBER, or, required } from '../argument.ts';
import { callable, type TableOf } from '../callable.ts';

export const SCHEDULES: TableOf<typeof core, ScheduleFunction> = {
  cosine: callable(
    cosine,
    {},
    { lr: required(NUMBER), steps: required(COUNT), min: or(NUMBER, 0), warmup: or(NUMBER, 0) },
  ),
  stepDecay: callable(stepDecay, {}, { lr: required(NUMBER), every: required(COUNT), gamma: or(NUMBER, 0.1) }),
};
