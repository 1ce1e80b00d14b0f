import { ValueError } from '../errors.ts';
import { expectFlag, expectNumber } from '../options.ts';
import { expectRate, type Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import { momentum as withMomentum } from './momentum.ts';
import type { Optimizer } from './optimizer.ts';
import { settingsOf } from './settings.ts';

export interface SgdOptions extends GroupOptions {
  readonly lr: Schedule;
  /** Default 0. */
  readonly momentum?: Schedule;
  /** The share of each gradient but the first that the momentum leaves out, default 0. */
  readonly dampening?: number;
  /** Default false; needs momentum and no dampening. */
  readonly nesterov?: boolean;
  /** L2 penalty, default 0. */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent, as PyTorch's `SGD`. */
export function sgd(options: SgdOptions): Optimizer {
  const { decayed, optimizer } = settingsOf('sgd', options, { weightDecay: 0 }, ['momentum', 'dampening', 'nesterov']);
  const { momentum = 0, dampening = 0, nesterov = false } = options;
  expectRate('sgd.momentum', momentum);
  expectNumber('sgd.dampening', dampening, { least: 0, most: 1 });
  expectFlag('sgd.nesterov', nesterov);
  if (momentum === 0 && (nesterov || dampening !== 0)) {
    throw new ValueError(`${nesterov ? 'Nesterov' : 'dampening'} needs momentum`, {
      path: nesterov ? 'sgd.nesterov' : 'sgd.dampening',
      received: `${nesterov ? 'nesterov: true' : `dampening: ${dampening}`}, momentum: 0`,
      fix: 'set momentum, usually 0.9',
    });
  }
  if (nesterov && dampening !== 0) {
    throw new ValueError('Nesterov momentum has no dampening', {
      path: 'sgd.dampening',
      received: `nesterov: true, dampening: ${dampening}`,
      expected: 'one of them',
    });
  }
  return optimizer(decayed, withMomentum(momentum, { nesterov, dampening }));
}
