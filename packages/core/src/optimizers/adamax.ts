import { abs } from '../ops/elementwise/abs.ts';
import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { expectNumber } from '../options.ts';
import type { Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { expectBetas, settingsOf } from './settings.ts';
import { perParameter } from './transform.ts';

export interface AdamaxOptions extends GroupOptions {
  /** Default 0.002. */
  readonly lr?: Schedule;
  /** Decay rates of the first moment and of the largest gradient, default `[0.9, 0.999]`. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** L2 penalty, default 0. */
  readonly weightDecay?: number;
}

/** Adam by the largest gradient in place of the second moment (Kingma & Ba 2015, section 7.1), as PyTorch's `Adamax`. */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('adamax', options, { lr: 2e-3, weightDecay: 0 }, ['betas', 'eps']);
  const { betas = [0.9, 0.999], eps = 1e-8 } = options;
  expectBetas('adamax.betas', betas);
  expectNumber('adamax.eps', eps, { least: 0 });
  const [beta1, beta2] = betas;
  const scaled = perParameter(
    (g, { slot, scalar }) => {
      const m = add(mul(slot('m'), beta1), mul(g, 1 - beta1));
      const most = maximum(mul(slot('most'), beta2), add(abs(g), eps));
      return { direction: div(mul(m, scalar('mCorrection')), most), slots: { m, most } };
    },
    {
      slots: ['m', 'most'],
      shown: ['m'],
      propagates: true,
      scalars: (step) => ({ mCorrection: 1 / (1 - beta1 ** step) }),
    },
  );
  return optimizer(decayed, scaled);
}
