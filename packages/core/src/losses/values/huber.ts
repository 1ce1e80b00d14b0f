import { abs } from '../../ops/elementwise/abs.ts';
import { less } from '../../ops/elementwise/less.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { where } from '../../ops/elementwise/where.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import type { ReductionOptions } from '../_reduction.ts';
import type { Loss } from '../loss.ts';

export interface HuberOptions extends ReductionOptions {
  /** Errors up to it are squared. Default: 1. */
  readonly delta?: number;
}

/**
 * Mean over the elements of `½e²` where the error is below `delta` and `delta·(|e| − ½delta)` elsewhere, as PyTorch's `HuberLoss` (Huber 1964); output and
 * target have one shape. Throws a `ValueError` unless `delta` is above 0.
 */
export function huber(options: HuberOptions = {}): Loss {
  expectOptions('huber', options, ['delta', 'reduction']);
  const { delta = 1, reduction } = options;
  expectNumber('huber.delta', delta, { above: 0 });
  return ofElements({
    label: 'huber',
    output: 'values',
    rule: { kind: 'numbers' },
    reduction,
    of(x, y) {
      const error = sub(x, y);
      const size = abs(error);
      return where(less(size, delta), mul(mul(error, error), 0.5), mul(sub(size, 0.5 * delta), delta));
    },
  });
}
