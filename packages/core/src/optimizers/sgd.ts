import { ValueError } from '../errors.ts';
import { chain } from './chain.ts';
import { momentum as withMomentum } from './momentum.ts';
import { expectInRange, expectRate, type Optimizer, type Schedule } from './optimizer.ts';
import { addDecayedWeights } from './weight-decay.ts';

export interface SgdOptions {
  readonly lr: Schedule;
  /** Default 0. */
  readonly momentum?: number;
  /** Default false; needs momentum. */
  readonly nesterov?: boolean;
  /** L2 penalty, default 0. */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent, as PyTorch's `SGD` without dampening. */
export function sgd({ lr, momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions): Optimizer {
  expectRate('sgd.lr', lr);
  expectInRange('sgd.momentum', momentum, 0);
  expectInRange('sgd.weightDecay', weightDecay, 0);
  if (nesterov && momentum === 0) {
    throw new ValueError('Nesterov needs momentum', {
      path: 'sgd.nesterov',
      received: 'nesterov: true, momentum: 0',
      fix: 'set momentum, usually 0.9',
    });
  }
  return { label: 'sgd', lr, transform: chain(addDecayedWeights(weightDecay), withMomentum(momentum, { nesterov })) };
}
