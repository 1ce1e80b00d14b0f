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

export interface AdadeltaOptions extends GroupOptions {
  /** Default 1. */
  readonly lr?: Schedule;
  /** Decay rate of both means of squares, default 0.9. */
  readonly rho?: number;
  /** Default 1e-6. */
  readonly eps?: number;
  /** L2 penalty, default 0. */
  readonly weightDecay?: number;
}

/** Gradients times the size of past updates, through the size of past gradients (Zeiler 2012), as PyTorch's `Adadelta`. */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('adadelta', options, { lr: 1, weightDecay: 0 }, ['rho', 'eps']);
  const { rho = 0.9, eps = 1e-6 } = options;
  expectNumber('adadelta.rho', rho, { least: 0, most: 1 });
  expectNumber('adadelta.eps', eps, { above: 0 });
  const scaled = perParameter(
    (g, { slot }) => {
      const squares = add(mul(slot('squares'), rho), mul(mul(g, g), 1 - rho));
      const direction = mul(div(sqrt(add(slot('updates'), eps)), sqrt(add(squares, eps))), g);
      const updates = add(mul(slot('updates'), rho), mul(mul(direction, direction), 1 - rho));
      return { direction, slots: { squares, updates } };
    },
    // Where the squares are infinite, the direction is 0.
    { slots: ['squares', 'updates'], propagates: true },
  );
  return optimizer(decayed, scaled);
}
