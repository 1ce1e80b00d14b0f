import type * as core from '@descent/core';
import { accumulate, adam, adamW, averaged, clipped, type Optimizer, sgd } from '@descent/core';
import { ANY, COUNT, NUMBER, OPTIMIZER, or, PAIR, POSITIVE, RATE, required, SHARE } from '../argument.ts';
import { callable, NO, type TableOf } from '../callable.ts';

// Groups look at their options themselves. `lr` may be a call of a schedule, which is made before, and so may an optimizer within another.
const GROUPS = { groups: ANY, decay: ANY };
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
