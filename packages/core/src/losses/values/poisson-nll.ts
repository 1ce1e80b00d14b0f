import type { Node } from '../../ir/node.ts';
import { add } from '../../ops/elementwise/add.ts';
import { exp } from '../../ops/elementwise/exp.ts';
import { greater } from '../../ops/elementwise/greater.ts';
import { log } from '../../ops/elementwise/log.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { where } from '../../ops/elementwise/where.ts';
import { scalar } from '../../ops/leaf/constant.ts';
import { expectFlag, expectNumber, expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import type { ReductionOptions } from '../_reduction.ts';
import type { Loss } from '../loss.ts';

export interface PoissonNllOptions extends ReductionOptions {
  /** Whether the output is the logarithm of the rate (default), or the rate itself. */
  readonly logInput?: boolean;
  /** Whether what does not depend on the output is added, by Stirling's formula for targets above 1. Default: false. */
  readonly full?: boolean;
  /** Added to rates before their logarithm is taken. Default: 1e-8. */
  readonly eps?: number;
}

/**
 * Mean over the elements of `e^x − y·x`, or `x − y·ln(x + eps)` of rates, as PyTorch's `PoissonNLLLoss`: for counts `y` of at least 0. Output and target have
 * one shape.
 */
export function poissonNLL(options: PoissonNllOptions = {}): Loss {
  expectOptions('poissonNLL', options, ['logInput', 'full', 'eps', 'reduction']);
  const { logInput = true, full = false, eps = 1e-8, reduction } = options;
  expectFlag('poissonNLL.logInput', logInput);
  expectFlag('poissonNLL.full', full);
  expectNumber('poissonNLL.eps', eps, { above: 0 });
  return ofElements({
    label: 'poissonNLL',
    output: 'values',
    rule: { kind: 'range', low: 0, high: Number.POSITIVE_INFINITY },
    reduction,
    of(x, y) {
      const losses = logInput ? sub(exp(x), mul(y, x)) : sub(x, mul(y, log(add(x, eps))));
      return full ? add(losses, logFactorial(y)) : losses;
    },
  });
}

/** `ln y!` for y above 1 by Stirling, `y ln y − y + ½ ln 2πy`; 0 below. */
function logFactorial(y: Node): Node {
  const isLarge = greater(y, 1);
  const safe = where(isLarge, y, scalar(1));
  const stirling = add(sub(mul(safe, log(safe)), safe), mul(log(mul(safe, 2 * Math.PI)), 0.5));
  return where(isLarge, stirling, scalar(0));
}
