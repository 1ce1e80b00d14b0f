import { softmaxCrossEntropy } from '../../ops/composite/softmax-cross-entropy.ts';
import { exp } from '../../ops/elementwise/exp.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { neg } from '../../ops/elementwise/neg.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { classesLast } from '../../targets/class-axis.ts';
import { classLabels } from '../../targets/labels.ts';
import { expectFactors } from '../_factors.ts';
import { focusOf } from '../_focus.ts';
import type { Loss } from '../loss.ts';
import { expectLabelOptions, expectLabelsFit, type LabelOptions } from './_fits.ts';
import { labelWeights, meanOver, weightOfLabels, weightOfRows } from './_weights.ts';

export interface FocalOptions {
  /** How much less the samples count that the network is sure of; at 0 the loss is cross entropy. Default: 2. */
  readonly gamma?: number;
  /** A factor for the loss of each class; the mean is over the labels, whatever the factors. Default: all equal. */
  readonly alpha?: readonly number[];
  /** A label that is left out of the loss, its gradient and its mean. Default: none. */
  readonly ignoreIndex?: number;
  /** The axis of the classes in the output: 1 for PyTorch's `[batch, classes, height, width]`. Default: −1, the last. */
  readonly classAxis?: number;
}

/**
 * Mean of `−alpha·(1 − p)^gamma·ln p`, where `p` is the softmax of logits `[batch, classes]` at integer labels `[batch]` (Lin and others, Focal Loss for Dense
 * Object Detection, 2017). Of yes or no in each column it is `sigmoidFocal`. Throws a `DTypeError` or `ShapeError` when they do not fit.
 */
export function focal(options: FocalOptions = {}): Loss {
  expectOptions('focal', options, ['gamma', 'alpha', 'ignoreIndex', 'classAxis']);
  const { gamma = 2, alpha, ignoreIndex, classAxis = -1 } = options;
  expectNumber('focal.gamma', gamma, { least: 0 });
  expectLabelOptions('focal', { ignoreIndex, classAxis });
  expectFactors('focal', 'alpha', alpha);
  const unweighted: LabelOptions = { ignoreIndex, classAxis };
  return {
    label: 'focal',
    output: 'logits',
    ignoreIndex,
    ...(classAxis !== -1 && { classAxis }),
    apply(output, target) {
      expectLabelsFit('focal', output.type, target.type, { ...unweighted, weight: alpha, of: 'logits' });
      const x = classesLast('focal', output, classAxis);
      const labels = classLabels(target, ignoreIndex);
      const plain = softmaxCrossEntropy(x, labels);
      const focused = mul(plain, focusOf(sub(1, exp(neg(plain))), gamma));
      const losses = alpha === undefined ? focused : mul(focused, labelWeights(x.type, labels, alpha));
      return ignoreIndex === undefined ? mean(losses) : meanOver(losses, sum(labelWeights(x.type, labels, undefined)));
    },
    weight: (output, target) =>
      ignoreIndex === undefined
        ? weightOfRows('focal', output.type.shape, classAxis)
        : weightOfLabels('focal', output, target, unweighted),
    targets: (output) => [{ kind: 'classes', classes: output.shape.at(classAxis) as number, ignoreIndex }],
  };
}
