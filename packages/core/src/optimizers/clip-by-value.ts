import { LARGEST_FLOAT32 } from '../ir/finite.ts';
import { abs } from '../ops/elementwise/abs.ts';
import { lessEqual } from '../ops/elementwise/less-equal.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { minimum } from '../ops/elementwise/minimum.ts';
import { where } from '../ops/elementwise/where.ts';
import { expectNumber } from '../options.ts';
import { type GradientTransform, perParameter } from './transform.ts';

/**
 * Bounds each number of the directions to `−limit … limit`, as PyTorch's `clip_grad_value_`. What is infinite stays so, and the trainer refuses the step;
 * PyTorch makes it `limit` and goes on.
 */
export function clipByValue(limit: number): GradientTransform {
  expectNumber('clipByValue.limit', limit, { least: 0 });
  return perParameter(
    (g) => ({ direction: where(lessEqual(abs(g), LARGEST_FLOAT32), maximum(minimum(g, limit), -limit), g) }),
    { propagates: true },
  );
}
