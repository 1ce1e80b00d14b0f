import type * as core from '@descent/core';
import {
  accumulate,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamW,
  asgd,
  averaged,
  clipped,
  lamb,
  lion,
  lookahead,
  muon,
  nadam,
  noisy,
  type Optimizer,
  radam,
  rmsprop,
  rprop,
  sam,
  sgd,
  swa,
} from '@descent/core';
import {
  ANY,
  BETAS,
  COUNT,
  LIST,
  MOMENTUM,
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
import { callable, NO, type TableOf, YES } from '../callable.ts';

// Schedules, and an optimizer within another, are made before.
const GROUPS = { groups: PARAMETER_GROUPS, decay: or(oneOf('all', 'weights'), 'all') };
const PAIR_OF_BETAS = or(PAIR, [0.9, 0.999]);
const EPS = or(POSITIVE, 1e-8);
const NO_DECAY = or(NUMBER, 0);
const ADAM = { lr: or(RATE, 1e-3), betas: or(BETAS, [0.9, 0.999]), eps: EPS, amsgrad: NO, ...GROUPS };

export const OPTIMIZERS: TableOf<typeof core, Optimizer> = {
  sgd: callable(
    sgd,
    {},
    {
      ...{ lr: required(RATE), momentum: or(MOMENTUM, 0), dampening: or(SHARE, 0), nesterov: NO },
      ...{ weightDecay: NO_DECAY, ...GROUPS },
    },
  ),
  adam: callable(adam, {}, { ...ADAM, weightDecay: NO_DECAY }),
  adamW: callable(adamW, {}, { ...ADAM, weightDecay: or(NUMBER, 0.01) }),
  nadam: callable(
    nadam,
    {},
    {
      ...{ lr: or(RATE, 2e-3), betas: PAIR_OF_BETAS, eps: EPS, weightDecay: NO_DECAY },
      ...{ momentumDecay: or(NUMBER, 4e-3), decoupledWeightDecay: NO, ...GROUPS },
    },
  ),
  radam: callable(
    radam,
    {},
    {
      ...{ lr: or(RATE, 1e-3), betas: PAIR_OF_BETAS, eps: EPS, weightDecay: NO_DECAY },
      ...{ decoupledWeightDecay: NO, ...GROUPS },
    },
  ),
  adamax: callable(
    adamax,
    {},
    { lr: or(RATE, 2e-3), betas: PAIR_OF_BETAS, eps: EPS, weightDecay: NO_DECAY, ...GROUPS },
  ),
  rmsprop: callable(
    rmsprop,
    {},
    {
      ...{ lr: or(RATE, 1e-2), alpha: or(SHARE, 0.99), eps: EPS, weightDecay: NO_DECAY },
      ...{ momentum: or(MOMENTUM, 0), centered: NO, ...GROUPS },
    },
  ),
  adagrad: callable(
    adagrad,
    {},
    {
      ...{ lr: or(RATE, 1e-2), lrDecay: or(NUMBER, 0), weightDecay: NO_DECAY },
      ...{ initialAccumulatorValue: or(NUMBER, 0), eps: or(POSITIVE, 1e-10), ...GROUPS },
    },
  ),
  adadelta: callable(
    adadelta,
    {},
    { lr: or(RATE, 1), rho: or(SHARE, 0.9), eps: or(POSITIVE, 1e-6), weightDecay: NO_DECAY, ...GROUPS },
  ),
  adafactor: callable(
    adafactor,
    {},
    {
      ...{ lr: or(RATE, 1e-2), beta2Decay: or(NUMBER, -0.8), eps: or(PAIR, [2 ** -23, 1e-3]), d: or(POSITIVE, 1) },
      ...{ weightDecay: NO_DECAY, ...GROUPS },
    },
  ),
  asgd: callable(
    asgd,
    {},
    {
      ...{ lr: or(RATE, 1e-2), lambd: or(NUMBER, 1e-4), alpha: or(NUMBER, 0.75), t0: or(NUMBER, 1e6) },
      ...{ weightDecay: NO_DECAY, ...GROUPS },
    },
  ),
  rprop: callable(
    rprop,
    {},
    { lr: or(RATE, 1e-2), etas: or(PAIR, [0.5, 1.2]), stepSizes: or(PAIR, [1e-6, 50]), ...GROUPS },
  ),
  lion: callable(lion, {}, { lr: or(RATE, 1e-4), betas: or(PAIR, [0.9, 0.99]), weightDecay: NO_DECAY, ...GROUPS }),
  lamb: callable(
    lamb,
    {},
    { lr: or(RATE, 1e-3), betas: PAIR_OF_BETAS, eps: or(POSITIVE, 1e-6), weightDecay: NO_DECAY, ...GROUPS },
  ),
  muon: callable(
    muon,
    {},
    {
      ...{ lr: or(RATE, 1e-3), momentum: or(SHARE, 0.95), weightDecay: or(NUMBER, 0.1), nesterov: YES },
      ...{ adjustLr: or(oneOf('original', 'matchRmsAdamW'), 'original'), match: ANY, others: OPTIMIZER },
      ...{ nsSteps: or(COUNT, 5), nsCoefficients: or(LIST, [3.4445, -4.775, 2.0315]), eps: or(POSITIVE, 1e-7) },
      ...GROUPS,
    },
  ),
  accumulate: callable(accumulate, { steps: COUNT, optimizer: OPTIMIZER }),
  averaged: callable(averaged, { decay: SHARE, optimizer: OPTIMIZER }),
  clipped: callable(clipped, { limit: ANY, optimizer: OPTIMIZER }),
  lookahead: callable(lookahead, { k: COUNT, alpha: SHARE, optimizer: OPTIMIZER }),
  noisy: callable(noisy, { noise: ANY, optimizer: OPTIMIZER }),
  sam: callable(sam, { rho: POSITIVE, optimizer: OPTIMIZER }),
  swa: callable(swa, { course: ANY, optimizer: OPTIMIZER }),
};
