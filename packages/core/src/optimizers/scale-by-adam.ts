import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sqrt } from '../ops/elementwise/sqrt.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { expectFlag, expectNumber, expectOptions } from '../options.ts';
import type { Schedule } from '../schedules/rate.ts';
import { expectBetas, shareAt } from './settings.ts';
import { type GradientTransform, perParameter } from './transform.ts';

export interface AdamMoments {
  /** May be a schedule. */
  readonly beta1: Schedule;
  readonly beta2: number;
  readonly eps: number;
  /** Divide by the largest second moment so far (Reddi et al. 2018), default false. */
  readonly amsgrad?: boolean;
}

/** Kingma & Ba 2015, algorithm 1: `m̂ / (√v̂ + ε)`, with bias-corrected first and second moments. */
export function scaleByAdam(moments: AdamMoments): GradientTransform {
  expectOptions('scaleByAdam', moments, ['beta1', 'beta2', 'eps', 'amsgrad']);
  const { beta1, beta2, eps, amsgrad = false } = moments;
  expectBetas('scaleByAdam.betas', [beta1, beta2], { isScheduled: true });
  expectNumber('scaleByAdam.eps', eps, { least: 0 });
  expectFlag('scaleByAdam.amsgrad', amsgrad);
  const first = (step: number): number => shareAt('betas[0]', beta1, step);
  return perParameter(
    (g, { slot, scalar }) => {
      const m =
        typeof beta1 === 'number'
          ? add(mul(slot('m'), beta1), mul(g, 1 - beta1))
          : add(mul(slot('m'), scalar('beta1')), mul(g, sub(1, scalar('beta1'))));
      const v = add(mul(slot('v'), beta2), mul(mul(g, g), 1 - beta2));
      const most = amsgrad ? maximum(slot('vMax'), v) : v;
      const denominator = add(mul(sqrt(most), scalar('vCorrection')), eps);
      const direction = div(mul(m, scalar('mCorrection')), denominator);
      return { direction, slots: { m, v, ...(amsgrad && { vMax: most }) } };
    },
    {
      slots: ['m', 'v', ...(amsgrad ? ['vMax'] : [])],
      // Where v is infinite, the direction is 0.
      shown: ['m'],
      propagates: true,
      scalars: (step) => ({
        ...(typeof beta1 === 'function' && { beta1: first(step) }),
        mCorrection: 1 / (1 - first(step) ** step),
        vCorrection: 1 / Math.sqrt(1 - beta2 ** step),
      }),
    },
  );
}
