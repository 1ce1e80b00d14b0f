import { ValueError } from '../errors.ts';
import { expectNoOptions, expectNumber } from '../options.ts';
import { expectOptimizer } from './expect.ts';
import type { Optimizer } from './optimizer.ts';

/**
 * Gives `inner` the gradients not of where the parameters are, but of where they would be after a step of length `rho` up the gradient (sharpness-aware
 * minimization, Foret et al. 2021; there mostly 0.05). Each step computes two gradients on its batch, with the same dropout; running statistics
 * are updated once, by the first.
 */
export function sam(rho: number, inner: Optimizer, ...more: []): Optimizer {
  expectNoOptions('sam', more);
  expectNumber('sam.rho', rho, { above: 0 });
  expectOptimizer('sam: the optimizer', inner);
  if (inner.sharpness !== undefined)
    throw new ValueError('sam is in sam', { path: 'sam: the optimizer', received: inner.label, expected: 'one sam' });
  return { ...inner, label: `sam(${rho}, ${inner.label})`, sharpness: { rho } };
}
