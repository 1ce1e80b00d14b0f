import { bceWithLogits } from '../../ops/composite/bce-with-logits.ts';
import { add } from '../../ops/elementwise/add.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { neg } from '../../ops/elementwise/neg.ts';
import { sigmoid } from '../../ops/elementwise/sigmoid.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import { focusOf } from '../_focus.ts';
import type { ReductionOptions } from '../_reduction.ts';
import type { Loss } from '../loss.ts';

export interface SigmoidFocalOptions extends ReductionOptions {
  /** The factor of a yes; that of a no is what is missing to 1. Default: 0.25; −1 for no factors. */
  readonly alpha?: number;
  /** How much less the elements count that the network is sure of. Default: 2. */
  readonly gamma?: number;
}

/**
 * Mean of `−alpha·(1 − p)^gamma·ln p`, where `p` is the probability that the sigmoid of a logit gives the target, as torchvision's `sigmoid_focal_loss` with the
 * reduction `mean` (Lin and others, Focal Loss for Dense Object Detection, 2017). Targets are from 0 to 1, of the shape of the logits, or `[batch]` for
 * one column. Of one class among several it is `focal`. Throws a `ShapeError` when they do not fit.
 */
export function sigmoidFocal(options: SigmoidFocalOptions = {}): Loss {
  expectOptions('sigmoidFocal', options, ['alpha', 'gamma', 'reduction']);
  const { alpha = 0.25, gamma = 2, reduction } = options;
  if (alpha !== -1) expectNumber('sigmoidFocal.alpha', alpha, { least: 0, most: 1 });
  expectNumber('sigmoidFocal.gamma', gamma, { least: 0 });
  return ofElements({
    label: 'sigmoidFocal',
    output: 'logit',
    rule: { kind: 'range', low: 0, high: 1 },
    reduction,
    takesColumn: true,
    of(x, y) {
      const no = sub(1, y);
      // 1 − p, without taking what is nearly 1 from 1.
      const doubt = add(mul(sigmoid(x), no), mul(sigmoid(neg(x)), y));
      const losses = mul(bceWithLogits(x, y), focusOf(doubt, gamma));
      return alpha === -1 ? losses : mul(losses, add(mul(y, alpha), mul(no, 1 - alpha)));
    },
  });
}
