import { notWhatWasWanted } from '../options.ts';
import { expectRate } from '../schedules/rate.ts';
import { expectGroups } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import type { GradientTransform } from './transform.ts';

/** Throws a `ValueError` that says how to make an optimizer unless `value` is one. */
export function expectOptimizer(path: string, value: unknown): asserts value is Optimizer {
  const { transform, lr, groups } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Optimizer>;
  if (!isTransform(transform))
    throw notWhatWasWanted(path, value, { what: 'an optimizer', example: 'sgd({ lr: 0.1 })' });
  expectRate(`${path}.lr`, lr);
  if (groups !== undefined) expectGroups(path, { groups });
}

/** Throws a `ValueError` that says how to make a transform unless `value` is one. */
export function expectTransform(path: string, value: unknown): asserts value is GradientTransform {
  if (isTransform(value)) return;
  const { transform } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Optimizer>;
  throw notWhatWasWanted(path, value, {
    what: 'a transform of gradients',
    example: 'clipByGlobalNorm(1)',
    fix: Array.isArray(value)
      ? 'give them one by one: chain(...transforms)'
      : isTransform(transform)
        ? 'that is a whole optimizer: take its transform, as in chain(clipByGlobalNorm(1), adam({ lr: 0.1 }).transform)'
        : undefined,
  });
}

function isTransform(value: unknown): value is GradientTransform {
  const { update, scalars, slots } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<GradientTransform>;
  return typeof update === 'function' && typeof scalars === 'function' && Array.isArray(slots);
}
