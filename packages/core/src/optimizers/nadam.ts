import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sqrt } from '../ops/elementwise/sqrt.ts';
import { expectFlag, expectNumber } from '../options.ts';
import type { Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { expectBetas, settingsOf } from './settings.ts';
import { type GradientTransform, perParameter } from './transform.ts';

export interface NadamOptions extends GroupOptions {
  /** Default 0.002. */
  readonly lr?: Schedule;
  /** Decay rates of the first and second moment, default `[0.9, 0.999]`. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default 0. */
  readonly weightDecay?: number;
  /** How fast the momentum grows to its whole size, default 0.004. */
  readonly momentumDecay?: number;
  /** Whether weight decay is apart from the gradient, as in AdamW. Default false. */
  readonly decoupledWeightDecay?: boolean;
}

/** Adam with Nesterov momentum (Dozat 2016), as PyTorch's `NAdam`. */
export function nadam(options: NadamOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('nadam', options, { lr: 2e-3, weightDecay: 0 }, [
    ...['betas', 'eps', 'momentumDecay', 'decoupledWeightDecay'],
  ]);
  const { betas = [0.9, 0.999], eps = 1e-8, momentumDecay = 4e-3, decoupledWeightDecay = false } = options;
  expectBetas('nadam.betas', betas);
  expectNumber('nadam.eps', eps, { least: 0 });
  expectNumber('nadam.momentumDecay', momentumDecay, { least: 0 });
  expectFlag('nadam.decoupledWeightDecay', decoupledWeightDecay);
  const moments = scaleByNadam(betas, eps, momentumDecay);
  return decoupledWeightDecay ? optimizer(moments, decayed) : optimizer(decayed, moments);
}

function scaleByNadam(
  [beta1, beta2]: readonly [number, number],
  eps: number,
  momentumDecay: number,
): GradientTransform {
  const mu = (step: number): number => beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay));
  const product = runningProduct(mu);
  return perParameter(
    (g, { slot, scalar }) => {
      const m = add(mul(slot('m'), beta1), mul(g, 1 - beta1));
      const v = add(mul(slot('v'), beta2), mul(mul(g, g), 1 - beta2));
      const denominator = add(mul(sqrt(v), scalar('vCorrection')), eps);
      const ahead = add(mul(g, scalar('gShare')), mul(m, scalar('mShare')));
      return { direction: div(ahead, denominator), slots: { m, v } };
    },
    {
      slots: ['m', 'v'],
      // Where v is infinite, the direction is 0.
      shown: ['m'],
      propagates: true,
      scalars(step) {
        const [now, next] = [mu(step), mu(step + 1)];
        const all = product(step);
        return {
          gShare: (1 - now) / (1 - all),
          mShare: next / (1 - all * next),
          vCorrection: 1 / Math.sqrt(1 - beta2 ** step),
        };
      },
    },
  );
}

/** `f(1) · … · f(step)`. The last product is kept, since steps are mostly asked for one after the other; it does not change what is given. */
function runningProduct(f: (step: number) => number): (step: number) => number {
  let [known, product] = [0, 1];
  return (step) => {
    if (step < known) [known, product] = [0, 1];
    // From 0 on it stays 0, which keeps a start in the middle of a long training short.
    while (known < step && product > 0) {
      known++;
      product *= f(known);
    }
    return product;
  };
}
