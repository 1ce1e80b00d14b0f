import { ValueError } from '../errors.ts';
import { expectFlag, expectNumber, expectOptions } from '../options.ts';
import { expectRate, type Schedule } from '../schedules/rate.ts';
import { chain } from './chain.ts';
import { decayOf, expectGroups, GROUP_OPTIONS, type GroupOptions } from './groups.ts';
import { momentum as withMomentum } from './momentum.ts';
import type { Optimizer } from './optimizer.ts';
import { addDecayedWeights } from './weight-decay.ts';

export interface SgdOptions extends GroupOptions {
  readonly lr: Schedule;
  /** Default 0. */
  readonly momentum?: number;
  /** Default false; needs momentum. */
  readonly nesterov?: boolean;
  /** L2 penalty, default 0. */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent, as PyTorch's `SGD` without dampening. */
export function sgd(options: SgdOptions): Optimizer {
  expectOptions('sgd', options, ['lr', 'momentum', 'nesterov', 'weightDecay', ...GROUP_OPTIONS]);
  const { lr, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  expectRate('sgd.lr', lr);
  expectNumber('sgd.momentum', momentum, { least: 0 });
  expectFlag('sgd.nesterov', nesterov);
  expectNumber('sgd.weightDecay', weightDecay, { least: 0 });
  expectGroups('sgd', options);
  if (nesterov && momentum === 0) {
    throw new ValueError('Nesterov needs momentum', {
      path: 'sgd.nesterov',
      received: 'nesterov: true, momentum: 0',
      fix: 'set momentum, usually 0.9',
    });
  }
  const decayed = addDecayedWeights(decayOf(weightDecay, options));
  const transform = chain(decayed, withMomentum(momentum, { nesterov }));
  return { label: 'sgd', lr, transform, ...(options.groups !== undefined && { groups: options.groups }) };
}
