import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sqrt } from '../ops/elementwise/sqrt.ts';
import { expectNumber } from '../options.ts';
import type { Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { settingsOf } from './settings.ts';
import { perParameter } from './transform.ts';

export interface AdagradOptions extends GroupOptions {
  /** Default 0.01. */
  readonly lr?: Schedule;
  /** The rate of step t is divided by `1 + (t − 1) · lrDecay`, default 0. */
  readonly lrDecay?: number;
  /** L2 penalty, default 0. */
  readonly weightDecay?: number;
  /** What the sum of squares begins with, default 0. */
  readonly initialAccumulatorValue?: number;
  /** Default 1e-10. */
  readonly eps?: number;
}

/** Gradients through the root of the sum of all their squares (Duchi et al. 2011), as PyTorch's `Adagrad`. */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('adagrad', options, { lr: 1e-2, weightDecay: 0 }, [
    ...['lrDecay', 'initialAccumulatorValue', 'eps'],
  ]);
  const { lrDecay = 0, initialAccumulatorValue = 0, eps = 1e-10 } = options;
  expectNumber('adagrad.lrDecay', lrDecay, { least: 0 });
  expectNumber('adagrad.initialAccumulatorValue', initialAccumulatorValue, { least: 0 });
  expectNumber('adagrad.eps', eps, { least: 0 });
  const scaled = perParameter(
    (g, { slot, scalar }) => {
      // Slots begin with 0, so the initial value is added where the sum is used.
      const squares = add(slot('squares'), mul(g, g));
      const root = sqrt(initialAccumulatorValue === 0 ? squares : add(squares, initialAccumulatorValue));
      const direction = div(g, add(root, eps));
      return { direction: lrDecay === 0 ? direction : mul(direction, scalar('decayed')), slots: { squares } };
    },
    {
      // Where the squares are infinite, the direction is 0.
      slots: ['squares'],
      propagates: true,
      scalars: (step) => (lrDecay === 0 ? {} : { decayed: 1 / (1 + (step - 1) * lrDecay) }),
    },
  );
  return optimizer(decayed, scaled);
}
