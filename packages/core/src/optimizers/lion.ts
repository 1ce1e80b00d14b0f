import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sign } from '../ops/elementwise/sign.ts';
import type { Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { expectBetas, settingsOf } from './settings.ts';
import { perParameter } from './transform.ts';

export interface LionOptions extends GroupOptions {
  /** Default 1e-4: a third to a tenth of what AdamW has. */
  readonly lr?: Schedule;
  /** Shares of the momentum in the direction, and in the next momentum. Default `[0.9, 0.99]`. */
  readonly betas?: readonly [number, number];
  /** Decoupled weight decay, default 0. */
  readonly weightDecay?: number;
}

/** The sign of `β₁·m + (1 − β₁)·g`, with `m ← β₂·m + (1 − β₂)·g` (Chen et al. 2023, algorithm 2). One slot, where Adam has two. */
export function lion(options: LionOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('lion', options, { lr: 1e-4, weightDecay: 0 }, ['betas']);
  const { betas = [0.9, 0.99] } = options;
  expectBetas('lion.betas', betas);
  const [beta1, beta2] = betas;
  const scaled = perParameter(
    (g, { slot }) => {
      const m = slot('m');
      const direction = sign(add(mul(m, beta1), mul(g, 1 - beta1)));
      return { direction, slots: { m: add(mul(m, beta2), mul(g, 1 - beta2)) } };
    },
    // An infinite gradient has a sign, so that only the slot shows it.
    { slots: ['m'] },
  );
  return optimizer(scaled, decayed);
}
