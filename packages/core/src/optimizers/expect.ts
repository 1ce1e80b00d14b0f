import { notWhatWasWanted } from '../options.ts';
import { expectGroups } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { expectRate } from './rate.ts';

/** Throws a `ValueError` that says how to make an optimizer unless `value` is one. */
export function expectOptimizer(path: string, value: unknown): asserts value is Optimizer {
  const { transform, lr, groups } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Optimizer>;
  if (
    typeof transform?.update !== 'function' ||
    typeof transform.scalars !== 'function' ||
    !Array.isArray(transform.slots)
  )
    throw notWhatWasWanted(path, value, { what: 'an optimizer', example: 'sgd({ lr: 0.1 })' });
  expectRate(`${path}.lr`, lr);
  if (groups !== undefined) expectGroups(path, { groups });
}
