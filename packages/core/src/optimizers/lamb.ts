import type { Node } from '../ir/node.ts';
import { div } from '../ops/elementwise/div.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sqrt } from '../ops/elementwise/sqrt.ts';
import { where } from '../ops/elementwise/where.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { sum } from '../ops/reduce/sum.ts';
import { expectNumber } from '../options.ts';
import type { Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { scaleByAdam } from './scale-by-adam.ts';
import { expectBetas, settingsOf } from './settings.ts';
import { perParameter } from './transform.ts';

export interface LambOptions extends GroupOptions {
  /** Default 0.001. */
  readonly lr?: Schedule;
  /** Decay rates of the first and second moment, default `[0.9, 0.999]`. */
  readonly betas?: readonly [number, number];
  /** Default 1e-6. */
  readonly eps?: number;
  /** Decoupled weight decay, default 0. */
  readonly weightDecay?: number;
}

/**
 * AdamW whose update of each parameter is as long as the parameter itself, times the learning rate (You et al. 2020, algorithm 2, with bias
 * correction): for very large batches. Where either is 0, the update stays as it is.
 */
export function lamb(options: LambOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('lamb', options, { lr: 1e-3, weightDecay: 0 }, ['betas', 'eps']);
  const { betas = [0.9, 0.999], eps = 1e-6 } = options;
  expectBetas('lamb.betas', betas);
  expectNumber('lamb.eps', eps, { least: 0 });
  const trusted = perParameter(
    (update, { parameter }) => {
      const [size, length] = [norm(parameter), norm(update)];
      const isBoth = greater(mul(size, length), 0);
      const ratio = where(isBoth, div(size, where(isBoth, length, scalar(1))), scalar(1));
      return { direction: mul(update, ratio) };
    },
    { propagates: true },
  );
  return optimizer(scaleByAdam({ beta1: betas[0], beta2: betas[1], eps }), decayed, trusted);
}

function norm(x: Node): Node {
  return sqrt(sum(mul(x, x)));
}
