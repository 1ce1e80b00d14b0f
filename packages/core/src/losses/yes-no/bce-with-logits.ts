import type { Node } from '../../ir/node.ts';
import { bceWithLogits as elements } from '../../ops/composite/bce-with-logits.ts';
import { softplus } from '../../ops/composite/softplus.ts';
import { add } from '../../ops/elementwise/add.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { neg } from '../../ops/elementwise/neg.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import { columnFactors, expectFactors } from '../_factors.ts';
import type { ReductionOptions } from '../_reduction.ts';
import type { Loss } from '../loss.ts';

export interface BceWithLogitsOptions extends ReductionOptions {
  /** A factor for the loss of each column, or one for all. Default: 1. The mean is over the elements, whatever the factors. */
  readonly weight?: readonly number[];
  /** A factor for the yes of each column, or one for all, such as the number of noes for each yes. Default: 1. */
  readonly posWeight?: readonly number[];
}

/**
 * Mean binary cross entropy of logits with targets from 0 to 1 of the same shape, or `[batch]` for one column, as PyTorch's
 * `BCEWithLogitsLoss`: the sigmoid is part of the loss, so that it neither overflows nor takes the logarithm of 0. Throws a `ShapeError` when they do
 * not fit, a `ValueError` for factors that are not finite or negative.
 */
export function bceWithLogits(options: BceWithLogitsOptions = {}): Loss {
  expectOptions('bceWithLogits', options, ['weight', 'posWeight', 'reduction']);
  const { weight, posWeight, reduction } = options;
  expectFactors('bceWithLogits', 'weight', weight);
  expectFactors('bceWithLogits', 'posWeight', posWeight);
  const columns = (option: string, factors: readonly number[], x: Node): Node =>
    columnFactors('bceWithLogits', option, factors, x);
  return ofElements({
    label: 'bceWithLogits',
    output: 'logit',
    rule: { kind: 'range', low: 0, high: 1 },
    reduction,
    takesColumn: true,
    of(x, y) {
      const losses = posWeight === undefined ? elements(x, y) : weighted(x, y, columns('posWeight', posWeight, x));
      return weight === undefined ? losses : mul(losses, columns('weight', weight, x));
    },
  });
}

/** `p·y·ln(1 + e^−x) + (1 − y)·ln(1 + e^x)`. */
function weighted(x: Node, y: Node, factor: Node): Node {
  return add(mul(mul(y, factor), softplus(neg(x))), mul(sub(1, y), softplus(x)));
}
