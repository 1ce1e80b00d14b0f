import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { expectCount, expectNoOptions, expectNumber, expectOptions } from '../options.ts';
import { at } from '../schedules/rate.ts';
import { chain } from './chain.ts';
import { expectOptimizer } from './expect.ts';
import { mapSchedules, type Optimizer } from './optimizer.ts';
import { type GradientTransform, perParameter } from './transform.ts';

export interface SwaOptions {
  /** The first update whose parameters are averaged. */
  readonly start: number;
  /** Updates from one to the next, such as those of an epoch. Default 1. */
  readonly every?: number;
  /** The learning rate after `start` updates, of all groups. Default: as the optimizer says. */
  readonly lr?: number;
}

/**
 * Keeps the mean of the parameters after updates `start`, `start + every`, … beside `inner` (stochastic weight averaging, Izmailov et al. 2018);
 * each counts the same. A number alone is `start`. Training is changed by nothing but `lr`. `averagedParameters` reads the mean from the trainer's state, and a network with
 * batch normalization needs `updateBatchNorm` before it is used with them.
 */
export function swa(course: number | SwaOptions, inner: Optimizer, ...more: []): Optimizer {
  expectNoOptions('swa', more);
  const options = typeof course === 'number' ? { start: course } : course;
  expectOptions('swa', options, ['start', 'every', 'lr']);
  const { start, every = 1, lr }: SwaOptions = options;
  expectCount('swa', 'start', start);
  expectCount('swa', 'every', every);
  if (lr !== undefined) expectNumber('swa.lr', lr, { least: 0 });
  expectOptimizer('swa: the optimizer', inner);
  return {
    ...inner,
    ...(lr !== undefined && mapSchedules(inner, (before) => (update) => (update > start ? lr : at(before, update)))),
    label: `swa(${start}, ${inner.label})`,
    transform: chain(inner.transform, mean(start, every)),
  };
}

function mean(start: number, every: number): GradientTransform {
  const share = (update: number): number => {
    const after = update - start;
    return after < 0 || after % every !== 0 ? 0 : 1 / (after / every + 1);
  };
  return perParameter(
    (direction, { parameter, rate, slot, scalar }) => {
      const next = sub(parameter, mul(direction, rate));
      const before = slot('average');
      return { direction, slots: { average: add(before, mul(sub(next, before), scalar('averageShare'))) } };
    },
    { slots: ['average'], propagates: true, scalars: (update) => ({ averageShare: share(update) }) },
  );
}
