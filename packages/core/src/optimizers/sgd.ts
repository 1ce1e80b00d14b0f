import { ValueError } from '../errors.ts';
import { expectFlag, expectNumber, expectOptions } from '../options.ts';
import { chain } from './chain.ts';
import { momentum as withMomentum } from './momentum.ts';
import { expectRate, type Optimizer, type Schedule } from './optimizer.ts';
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
export function sgd(options: SgdOptions): Optimizer {
  expectOptions('sgd', options, ['lr', 'momentum', 'nesterov', 'weightDecay']);
  const { lr, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  expectRate('sgd.lr', lr);
  expectNumber('sgd.momentum', momentum, { least: 0 });
  expectFlag('sgd.nesterov', nesterov);
  expectNumber('sgd.weightDecay', weightDecay, { least: 0 });
  if (nesterov && momentum === 0) {
    throw new ValueError('Nesterov needs momentum', {
      path: 'sgd.nesterov',
      received: 'nesterov: true, momentum: 0',
      fix: 'set momentum, usually 0.9',
    });
  }
  return { label: 'sgd', lr, transform: chain(addDecayedWeights(weightDecay), withMomentum(momentum, { nesterov })) };
}
