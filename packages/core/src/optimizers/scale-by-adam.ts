import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sqrt } from '../ops/elementwise/sqrt.ts';
import { expectNumber, expectOptions } from '../options.ts';
import { type GradientTransform, perParameter } from './transform.ts';

export interface AdamMoments {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

/** Kingma & Ba 2015, algorithm 1: `m̂ / (√v̂ + ε)`, with bias-corrected first and second moments. */
export function scaleByAdam(moments: AdamMoments): GradientTransform {
  expectOptions('scaleByAdam', moments, ['beta1', 'beta2', 'eps']);
  const { beta1, beta2, eps } = moments;
  expectNumber('scaleByAdam.beta1', beta1, { least: 0, below: 1 });
  expectNumber('scaleByAdam.beta2', beta2, { least: 0, below: 1 });
  expectNumber('scaleByAdam.eps', eps, { least: 0 });
  return perParameter(
    (g, { slot, scalar }) => {
      const m = add(mul(slot('m'), beta1), mul(g, 1 - beta1));
      const v = add(mul(slot('v'), beta2), mul(mul(g, g), 1 - beta2));
      const denominator = add(mul(sqrt(v), scalar('vCorrection')), eps);
      return { direction: div(mul(m, scalar('mCorrection')), denominator), slots: { m, v } };
    },
    {
      slots: ['m', 'v'],
      // Where v is infinite, the direction is 0.
      shown: ['m'],
      propagates: true,
      scalars: (step) => ({ mCorrection: 1 / (1 - beta1 ** step), vCorrection: 1 / Math.sqrt(1 - beta2 ** step) }),
    },
  );
}
