import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { expectFlag, expectNumber, expectOptions } from '../options.ts';
import { expectNoCallbacks, expectRate, rateAt, type Schedule } from '../schedules/rate.ts';
import { chain } from './chain.ts';
import { type GradientTransform, perParameter } from './transform.ts';

export interface MomentumOptions {
  /** Default false. */
  readonly nesterov?: boolean;
  /** The share of each gradient but the first that is left out, default 0. */
  readonly dampening?: number;
}

/**
 * `v ← μ·v + (1 − dampening)·g`; the direction is `v`, or with Nesterov `g + μ·v` (Sutskever et al. 2013, in PyTorch's form). The first gradient is
 * not dampened. `mu` may be a schedule.
 */
export function momentum(mu: Schedule, options: MomentumOptions = {}): GradientTransform {
  expectRate('momentum.mu', mu);
  expectNoCallbacks('momentum.mu', mu);
  expectOptions('momentum', options, ['nesterov', 'dampening']);
  const { nesterov = false, dampening = 0 } = options;
  expectFlag('momentum.nesterov', nesterov);
  expectNumber('momentum.dampening', dampening, { least: 0, most: 1 });
  if (mu === 0) return chain();
  return perParameter(
    (g, { slot, scalar }) => {
      const decay = typeof mu === 'number' ? mu : scalar('mu');
      const v = add(mul(slot('momentum'), decay), dampening === 0 ? g : mul(g, scalar('undampened')));
      return { direction: nesterov ? add(g, mul(v, decay)) : v, slots: { momentum: v } };
    },
    {
      slots: ['momentum'],
      shown: ['momentum'],
      propagates: true,
      scalars: (step) => ({
        ...(typeof mu === 'function' && { mu: rateAt('momentum.mu', mu, step) }),
        ...(dampening !== 0 && { undampened: step === 1 ? 1 : 1 - dampening }),
      }),
    },
  );
}
