import { ValueError } from '../errors.ts';
import { div } from '../ops/elementwise/div.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { less } from '../ops/elementwise/less.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { minimum } from '../ops/elementwise/minimum.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sign } from '../ops/elementwise/sign.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { where } from '../ops/elementwise/where.ts';
import { scalar as constant } from '../ops/leaf/constant.ts';
import { describeValue, expectNumber } from '../options.ts';
import type { Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { settingsOf } from './settings.ts';
import { perParameter } from './transform.ts';

export interface RpropOptions extends GroupOptions {
  /** The size of the first step, default 0.01. A schedule scales all later ones with it. */
  readonly lr?: Schedule;
  /** What a step is multiplied by where the sign of the gradient changed, and where it did not. Default `[0.5, 1.2]`. */
  readonly etas?: readonly [number, number];
  /** The smallest and the largest step, default `[1e-6, 50]`. */
  readonly stepSizes?: readonly [number, number];
}

/** Resilient backpropagation (Riedmiller & Braun 1993): only signs of gradients count, so give whole data sets, not batches. As PyTorch's `Rprop`. */
export function rprop(options: RpropOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('rprop', options, { lr: 1e-2 }, ['etas', 'stepSizes']);
  const { etas = [0.5, 1.2], stepSizes = [1e-6, 50] } = options;
  expectPair('rprop.etas', etas);
  expectPair('rprop.stepSizes', stepSizes);
  expectNumber('rprop.etas[0]', etas[0], { above: 0, below: 1 });
  expectNumber('rprop.etas[1]', etas[1], { above: 1 });
  expectNumber('rprop.stepSizes[0]', stepSizes[0], { least: 0 });
  expectNumber('rprop.stepSizes[1]', stepSizes[1], { least: stepSizes[0] });
  const [[down, up], [smallest, largest]] = [etas, stepSizes];
  const scaled = perParameter(
    (g, { rate, slot, scalar }) => {
      // Steps are kept relative to the learning rate, which all directions are multiplied by.
      const before = where(greater(scalar('isFirst'), 0), constant(1), slot('stepSize'));
      const agreement = mul(g, slot('last'));
      const turned = less(agreement, 0);
      const factor = where(turned, constant(down), where(greater(agreement, 0), constant(up), constant(1)));
      const grown = mul(before, factor);
      const bounded = minimum(maximum(grown, div(smallest, rate)), div(largest, rate));
      const stepSize = where(greater(rate, 0), bounded, grown);
      // 0 where it turned, but NaN for a gradient that is infinite, which would be hidden else.
      const last = where(turned, sub(g, g), g);
      return { direction: mul(sign(last), stepSize), slots: { last, stepSize } };
    },
    { slots: ['last', 'stepSize'], scalars: (step) => ({ isFirst: step === 1 ? 1 : 0 }) },
  );
  return optimizer(decayed, scaled);
}

function expectPair(path: string, value: unknown): void {
  if (Array.isArray(value) && value.length === 2) return;
  throw new ValueError(`${path} is no pair`, { path, received: describeValue(value), expected: 'two numbers' });
}
