import { softplus } from '../../ops/composite/softplus.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { neg } from '../../ops/elementwise/neg.ts';
import { expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import type { ReductionOptions } from '../_reduction.ts';
import type { Loss } from '../loss.ts';

/**
 * Mean of `ln(1 + e^(−y·x))` over logits and targets −1 and 1 of the same shape, or `[batch]` for one column, as PyTorch's `SoftMarginLoss`, without its
 * overflow. Throws a `ShapeError` when they do not fit.
 */
export function softMargin(options: ReductionOptions = {}): Loss {
  expectOptions('softMargin', options, ['reduction']);
  const { reduction } = options;
  return ofElements({
    label: 'softMargin',
    output: 'logit',
    rule: { kind: 'oneOf', values: [-1, 1] },
    reduction,
    takesColumn: true,
    of: (x, y) => softplus(neg(mul(x, y))),
  });
}
