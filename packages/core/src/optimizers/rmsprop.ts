import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sqrt } from '../ops/elementwise/sqrt.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { expectFlag, expectNumber } from '../options.ts';
import { expectRate, type Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import { momentum as withMomentum } from './momentum.ts';
import type { Optimizer } from './optimizer.ts';
import { settingsOf } from './settings.ts';
import { perParameter } from './transform.ts';

export interface RmspropOptions extends GroupOptions {
  /** Default 0.01. */
  readonly lr?: Schedule;
  /** Decay rate of the squares, default 0.99. */
  readonly alpha?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** L2 penalty, default 0. */
  readonly weightDecay?: number;
  /** Default 0. */
  readonly momentum?: Schedule;
  /** Divide by the deviation of the gradients in place of their size, default false. */
  readonly centered?: boolean;
}

/** Gradients through the root of their mean square (Hinton 2012; centered: Graves 2013), as PyTorch's `RMSprop`. */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('rmsprop', options, { lr: 1e-2, weightDecay: 0 }, [
    ...['alpha', 'eps', 'momentum', 'centered'],
  ]);
  const { alpha = 0.99, eps = 1e-8, momentum = 0, centered = false } = options;
  expectNumber('rmsprop.alpha', alpha, { least: 0, below: 1 });
  expectNumber('rmsprop.eps', eps, { least: 0 });
  expectRate('rmsprop.momentum', momentum);
  expectFlag('rmsprop.centered', centered);
  const scaled = perParameter(
    (g, { slot }) => {
      const squares = add(mul(slot('squares'), alpha), mul(mul(g, g), 1 - alpha));
      if (!centered) return { direction: div(g, add(sqrt(squares), eps)), slots: { squares } };
      const mean = add(mul(slot('mean'), alpha), mul(g, 1 - alpha));
      // Of gradients that hardly change, rounding can make the variance a little smaller than 0.
      const variance = maximum(sub(squares, mul(mean, mean)), 0);
      return { direction: div(g, add(sqrt(variance), eps)), slots: { squares, mean } };
    },
    // Where the squares are infinite, the direction is 0.
    { slots: ['squares', ...(centered ? ['mean'] : [])], propagates: true },
  );
  return optimizer(decayed, scaled, withMomentum(momentum));
}
