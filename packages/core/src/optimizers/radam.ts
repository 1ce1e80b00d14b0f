import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sqrt } from '../ops/elementwise/sqrt.ts';
import { where } from '../ops/elementwise/where.ts';
import { expectFlag, expectNumber } from '../options.ts';
import type { Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { expectBetas, settingsOf } from './settings.ts';
import { type GradientTransform, perParameter } from './transform.ts';

export interface RadamOptions extends GroupOptions {
  /** Default 0.001. */
  readonly lr?: Schedule;
  /** Decay rates of the first and second moment, default `[0.9, 0.999]`. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default 0. */
  readonly weightDecay?: number;
  /** Whether weight decay is apart from the gradient, as in AdamW. Default false. */
  readonly decoupledWeightDecay?: boolean;
}

/** Adam whose first steps go without the second moment, until its variance is known (Liu et al. 2020), as PyTorch's `RAdam`. */
export function radam(options: RadamOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('radam', options, { lr: 1e-3, weightDecay: 0 }, [
    ...['betas', 'eps', 'decoupledWeightDecay'],
  ]);
  const { betas = [0.9, 0.999], eps = 1e-8, decoupledWeightDecay = false } = options;
  expectBetas('radam.betas', betas);
  expectNumber('radam.eps', eps, { least: 0 });
  expectFlag('radam.decoupledWeightDecay', decoupledWeightDecay);
  const moments = scaleByRadam(betas, eps);
  return decoupledWeightDecay ? optimizer(moments, decayed) : optimizer(decayed, moments);
}

function scaleByRadam([beta1, beta2]: readonly [number, number], eps: number): GradientTransform {
  const longest = 2 / (1 - beta2) - 1;
  /** What the step by both moments is multiplied by, 0 where the second moment is not used yet. */
  const rectification = (step: number): number => {
    const correction = 1 - beta2 ** step;
    const length = longest - (2 * step * beta2 ** step) / correction;
    if (length <= 5) return 0;
    const part = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length);
    return Math.sqrt(part * correction);
  };
  return perParameter(
    (g, { slot, scalar }) => {
      const m = add(mul(slot('m'), beta1), mul(g, 1 - beta1));
      const v = add(mul(slot('v'), beta2), mul(mul(g, g), 1 - beta2));
      const mean = mul(m, scalar('mCorrection'));
      const factor = scalar('rectification');
      const scaled = mul(div(mean, add(sqrt(v), eps)), factor);
      return { direction: where(greater(factor, 0), scaled, mean), slots: { m, v } };
    },
    {
      slots: ['m', 'v'],
      // Where v is infinite, the direction is 0.
      shown: ['m'],
      propagates: true,
      scalars: (step) => ({ mCorrection: 1 / (1 - beta1 ** step), rectification: rectification(step) }),
    },
  );
}
