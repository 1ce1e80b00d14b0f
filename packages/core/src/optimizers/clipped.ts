import { expectNoOptions, expectNumber, expectOptions, notWhatWasWanted } from '../options.ts';
import { chain } from './chain.ts';
import { clipByGlobalNorm } from './clip-by-global-norm.ts';
import { clipByValue } from './clip-by-value.ts';
import { expectOptimizer } from './expect.ts';
import type { Optimizer } from './optimizer.ts';

/** The largest norm of all gradients together, or the largest size of each of their numbers. */
export type ClipLimit = number | { readonly norm: number } | { readonly value: number };

/**
 * Bounds the gradients before `inner` sees them: their norm together, as PyTorch's `clip_grad_norm_`, or with `{ value }` each number, as
 * `clip_grad_value_`. Inside `accumulate` it bounds the gradient of each update, around it that of each batch.
 */
export function clipped(limit: ClipLimit, inner: Optimizer, ...more: []): Optimizer {
  expectNoOptions('clipped', more);
  const { said, transform } = clipOf(limit);
  expectOptimizer('clipped: the optimizer', inner);
  return { ...inner, label: `clipped(${said}, ${inner.label})`, transform: chain(transform, inner.transform) };
}

function clipOf(limit: ClipLimit): { readonly said: string; readonly transform: Optimizer['transform'] } {
  if (typeof limit === 'object' && limit !== null && 'transform' in limit)
    throw notWhatWasWanted('clipped: the limit', limit, {
      what: 'a number, { norm } or { value }',
      example: 'clipped(1, sgd({ lr: 0.1 }))',
      fix: 'give the limit first, and then the optimizer: clipped(1, sgd({ lr: 0.1 }))',
    });
  if (typeof limit === 'object' && limit !== null && 'value' in limit) {
    expectOptions('clipped', limit, ['value']);
    expectNumber('clipped.value', limit.value, { above: 0 });
    return { said: `value ${limit.value}`, transform: clipByValue(limit.value) };
  }
  if (typeof limit === 'object' && limit !== null) expectOptions('clipped', limit, ['norm']);
  const norm = typeof limit === 'object' && limit !== null ? limit.norm : limit;
  expectNumber('clipped.norm', norm, { above: 0 });
  return { said: String(norm), transform: clipByGlobalNorm(norm) };
}
