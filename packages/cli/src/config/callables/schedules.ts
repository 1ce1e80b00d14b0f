import type * as core from '@descent/core';
import {
  constant,
  cosine,
  cosineRestarts,
  cyclic,
  cyclicMomentum,
  exponential,
  inverseSqrt,
  linearRamp,
  multiply,
  multiStep,
  oneCycle,
  oneCycleMomentum,
  polynomial,
  reduceOnPlateau,
  type ScheduleFunction,
  sequence,
  stepDecay,
  warmup,
} from '@descent/core';
import { COUNT, LIST, NAME, NUMBER, oneOf, or, POSITIVE, RATE, required, SEQUENCE, SHARE, WHOLE } from '../argument.ts';
import { callable, NO, type TableOf, variadic } from '../callable.ts';

const LR = { lr: required(NUMBER) };
const STEPS = { steps: required(COUNT) };
const ONE_CYCLE = { ...STEPS, pctStart: or(SHARE, 0.3), anneal: or(oneOf('cos', 'linear'), 'cos'), threePhase: NO };
const CYCLIC = {
  stepsUp: or(COUNT, 2000),
  stepsDown: COUNT,
  mode: or(oneOf('triangular', 'triangular2', 'expRange'), 'triangular'),
  gamma: or(SHARE, 1),
};

export const SCHEDULES: TableOf<typeof core, ScheduleFunction> = {
  constant: callable(constant, {}, { ...LR, factor: or(NUMBER, 1), steps: or(WHOLE, 0) }),
  cosine: callable(cosine, {}, { ...LR, ...STEPS, min: or(NUMBER, 0), warmup: or(NUMBER, 0) }),
  cosineRestarts: callable(cosineRestarts, {}, { ...LR, ...STEPS, tMult: or(COUNT, 1), min: or(NUMBER, 0) }),
  cyclic: callable(cyclic, {}, { baseLr: required(NUMBER), maxLr: required(NUMBER), ...CYCLIC }),
  cyclicMomentum: callable(
    cyclicMomentum,
    {},
    { baseMomentum: or(SHARE, 0.8), maxMomentum: or(SHARE, 0.9), ...CYCLIC },
  ),
  exponential: callable(exponential, {}, { ...LR, gamma: required(SHARE) }),
  inverseSqrt: callable(inverseSqrt, {}, { ...LR, warmup: required(COUNT) }),
  linearRamp: callable(linearRamp, {}, { ...LR, ...STEPS, startFactor: or(NUMBER, 1 / 3), endFactor: or(NUMBER, 1) }),
  multiStep: callable(multiStep, {}, { ...LR, milestones: required(LIST), gamma: or(NUMBER, 0.1) }),
  multiply: variadic(multiply, RATE),
  oneCycle: callable(
    oneCycle,
    {},
    { maxLr: required(NUMBER), ...ONE_CYCLE, divFactor: or(POSITIVE, 25), finalDivFactor: or(POSITIVE, 1e4) },
  ),
  oneCycleMomentum: callable(
    oneCycleMomentum,
    {},
    { baseMomentum: or(SHARE, 0.85), maxMomentum: or(SHARE, 0.95), ...ONE_CYCLE },
  ),
  polynomial: callable(polynomial, {}, { ...LR, ...STEPS, power: or(POSITIVE, 1) }),
  reduceOnPlateau: callable(
    reduceOnPlateau,
    {},
    {
      ...{ lr: required(RATE), metric: or(NAME, 'validation.loss'), mode: oneOf('min', 'max'), factor: or(SHARE, 0.1) },
      ...{ patience: or(WHOLE, 10), threshold: or(NUMBER, 1e-4), thresholdMode: or(oneOf('rel', 'abs'), 'rel') },
      ...{ cooldown: or(WHOLE, 0), minLr: or(NUMBER, 0), eps: or(NUMBER, 1e-8) },
    },
  ),
  sequence: callable(sequence, { parts: SEQUENCE }),
  stepDecay: callable(stepDecay, {}, { ...LR, every: required(COUNT), gamma: or(NUMBER, 0.1) }),
  warmup: callable(warmup, { steps: COUNT, schedule: RATE }),
};
