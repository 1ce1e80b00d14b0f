import { abs } from '../../ops/elementwise/abs.ts';
import { less } from '../../ops/elementwise/less.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { where } from '../../ops/elementwise/where.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import type { ReductionOptions } from '../_reduction.ts';
import type { Loss } from '../loss.ts';

export interface SmoothL1Options extends ReductionOptions {
  /** Errors below it are squared. Default: 1; at 0 the loss is `l1`. */
  readonly beta?: number;
}

/**
 * Mean over the elements of `½e²/beta` where the error is below `beta` and `|e| − ½beta` elsewhere, as PyTorch's `SmoothL1Loss` (Girshick, Fast R-CNN,
 * 2015); output and target have one shape. Throws a `ValueError` for a negative `beta`.
 */
export function smoothL1(options: SmoothL1Options = {}): Loss {
  expectOptions('smoothL1', options, ['beta', 'reduction']);
  const { beta = 1, reduction } = options;
  expectNumber('smoothL1.beta', beta, { least: 0 });
  return ofElements({
    label: 'smoothL1',
    output: 'values',
    rule: { kind: 'numbers' },
    reduction,
    of(x, y) {
      const error = sub(x, y);
      const size = abs(error);
      if (beta === 0) return size;
      return where(less(size, beta), mul(mul(error, error), 0.5 / beta), sub(size, 0.5 * beta));
    },
  });
}
