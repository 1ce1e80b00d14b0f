import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { pow } from '../ops/elementwise/pow.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { expectNumber } from '../options.ts';
import type { Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { settingsOf } from './settings.ts';
import { perParameter } from './transform.ts';

export interface AsgdOptions extends GroupOptions {
  /** Default 0.01. */
  readonly lr?: Schedule;
  /** Decay of the parameters, and of the rate: default 1e-4. */
  readonly lambd?: number;
  /** The rate of step t is `lr / (1 + lambd · lr · (t − 1))^alpha`, default 0.75. */
  readonly alpha?: number;
  /** The step behind which parameters are averaged, default 1e6. Until then the average is the parameters themselves. */
  readonly t0?: number;
  /** L2 penalty, default 0. */
  readonly weightDecay?: number;
}

/** Averaged stochastic gradient descent (Polyak & Juditsky 1992), as PyTorch's `ASGD`; `averagedParameters` reads the average. */
export function asgd(options: AsgdOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('asgd', options, { lr: 1e-2, weightDecay: 0 }, ['lambd', 'alpha', 't0']);
  const { lambd = 1e-4, alpha = 0.75, t0 = 1e6 } = options;
  expectNumber('asgd.lambd', lambd, { least: 0 });
  expectNumber('asgd.alpha', alpha, { least: 0 });
  expectNumber('asgd.t0', t0, { least: 0 });
  const scaled = perParameter(
    (g, { parameter, rate, slot, scalar }) => {
      const factor = pow(add(mul(rate, scalar('elapsed')), 1), -alpha);
      const direction = mul(add(g, mul(parameter, lambd)), factor);
      const next = sub(parameter, mul(direction, rate));
      const before = slot('average');
      return { direction, slots: { average: add(before, mul(sub(next, before), scalar('averageShare'))) } };
    },
    {
      slots: ['average'],
      propagates: true,
      scalars: (step) => ({ elapsed: lambd * (step - 1), averageShare: 1 / Math.max(1, step - 1 - t0) }),
    },
  );
  return optimizer(decayed, scaled);
}
