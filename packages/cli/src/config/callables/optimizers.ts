import type * as core from '@descent/core';
import { accumulate, adam, adamW, averaged, clipped, type Optimizer, sgd } from '@descent/core';
import {
  ANY,
  COUNT,
  NUMBER,
  OPTIMIZER,
  oneOf,
  or,
  PAIR,
  GROUPS as PARAMETER_GROUPS,
  POSITIVE,
  RATE,
  required,
  SHARE,
} from '../argument.ts';
import { callable, NO, type TableOf } from '../callable.ts';

// Schedules, and an optimizer within another, are made before.
const GROUPS = { groups: PARAMETER_GROUPS, decay: or(oneOf('all', 'weights'), 'all') };
const ADAM = { lr: or(RATE, 1e-3), betas: or(PAIR, [0.9, 0.999]), eps: or(POSITIVE, 1e-8), ...GROUPS };

export const OPTIMIZERS: TableOf<typeof core, Optimizer> = {
  sgd: callable(
    sgd,
    {},
    { lr: required(RATE), momentum: or(SHARE, 0), nesterov: NO, weightDecay: or(NUMBER, 0), ...GROUPS },
  ),
  adam: callable(adam, {}, { ...ADAM, weightDecay: or(NUMBER, 0) }),
  adamW: callable(adamW, {}, { ...ADAM, weightDecay: or(NUMBER, 0.01) }),
  accumulate: callable(accumulate, { steps: COUNT, optimizer: OPTIMIZER }),
  averaged: callable(averaged, { decay: SHARE, optimizer: OPTIMIZER }),
  clipped: callable(clipped, { limit: ANY, optimizer: OPTIMIZER }),
};
