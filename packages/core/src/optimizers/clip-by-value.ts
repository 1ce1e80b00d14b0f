import { maximum } from '../ops/elementwise/maximum.ts';
import { minimum } from '../ops/elementwise/minimum.ts';
import { expectNumber } from '../options.ts';
import { type GradientTransform, perParameter } from './transform.ts';

/** Bounds each number of the directions to `−limit … limit`, as PyTorch's `clip_grad_value_`. */
export function clipByValue(limit: number): GradientTransform {
  expectNumber('clipByValue.limit', limit, { least: 0 });
  return perParameter((g) => ({ direction: maximum(minimum(g, limit), -limit) }));
}
