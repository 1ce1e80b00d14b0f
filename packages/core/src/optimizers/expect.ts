import { notWhatWasWanted } from '../options.ts';
import { expectRate, type Optimizer } from './optimizer.ts';

/** Throws a `ValueError` that says how to make an optimizer unless `value` is one. */
export function expectOptimizer(path: string, value: unknown): asserts value is Optimizer {
  const { transform, lr } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Optimizer>;
  if (
    typeof transform?.update !== 'function' ||
    typeof transform.scalars !== 'function' ||
    !Array.isArray(transform.slots)
  )
    throw notWhatWasWanted(path, value, { what: 'an optimizer', example: 'sgd({ lr: 0.1 })' });
  expectRate(`${path}.lr`, lr);
}
