import { bceWithLogits } from '../../ops/composite/bce-with-logits.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import { columnFactors, expectFactors } from '../_factors.ts';
import type { Loss } from '../loss.ts';

export interface MultiLabelSoftMarginOptions {
  /** A factor for each class, or one for all. Default: 1. The mean is over the elements, whatever the factors. */
  readonly weight?: readonly number[];
}

/**
 * Yes or no for each class, as PyTorch's `MultiLabelSoftMarginLoss`: the mean over samples and classes of the binary cross entropy of logits
 * `[batch, classes]` with targets from 0 to 1 of the same shape; the numbers are those of `bceWithLogits`. Throws a `ShapeError` when they do not fit.
 */
export function multiLabelSoftMargin(options: MultiLabelSoftMarginOptions = {}): Loss {
  expectOptions('multiLabelSoftMargin', options, ['weight']);
  const { weight } = options;
  expectFactors('multiLabelSoftMargin', 'weight', weight);
  return ofElements({
    label: 'multiLabelSoftMargin',
    output: 'logit',
    rule: { kind: 'range', low: 0, high: 1 },
    of(x, y) {
      const losses = bceWithLogits(x, y);
      return weight === undefined ? losses : mul(losses, columnFactors('multiLabelSoftMargin', 'weight', weight, x));
    },
  });
}
