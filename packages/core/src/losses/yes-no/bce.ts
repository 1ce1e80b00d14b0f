import { bce as elements } from '../../ops/composite/bce.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import { columnFactors, expectFactors } from '../_factors.ts';
import type { ReductionOptions } from '../_reduction.ts';
import type { Loss } from '../loss.ts';

export interface BceOptions extends ReductionOptions {
  /** A factor for the loss of each column, or one for all. Default: 1. The mean is over the elements, whatever the factors. */
  readonly weight?: readonly number[];
}

/**
 * Mean binary cross entropy of probabilities, such as `sigmoid` gives, with targets from 0 to 1 of the same shape, or `[batch]` for one column, as
 * PyTorch's `BCELoss`: logarithms are at least −100. `bceWithLogits`, on the network without its sigmoid, is more exact. NaN for outputs
 * below 0 or above 1, so that a run stops there. Throws a `ShapeError` when they do not fit.
 */
export function bce(options: BceOptions = {}): Loss {
  expectOptions('bce', options, ['weight', 'reduction']);
  const { weight, reduction } = options;
  expectFactors('bce', 'weight', weight);
  return ofElements({
    label: 'bce',
    output: 'probabilities',
    rule: { kind: 'range', low: 0, high: 1 },
    reduction,
    takesColumn: true,
    of(x, y) {
      const losses = elements(x, y);
      return weight === undefined ? losses : mul(losses, columnFactors('bce', 'weight', weight, x));
    },
  });
}
