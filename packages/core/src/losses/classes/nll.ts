import type { Node } from '../../ir/node.ts';
import { greater } from '../../ops/elementwise/greater.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { neg } from '../../ops/elementwise/neg.ts';
import { where } from '../../ops/elementwise/where.ts';
import { oneHot } from '../../ops/indexing/one-hot.ts';
import { scalar } from '../../ops/leaf/constant.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { expectOptions } from '../../options.ts';
import { classesLast } from '../../targets/class-axis.ts';
import { classLabels } from '../../targets/labels.ts';
import type { Loss } from '../loss.ts';
import { expectLabelOptions, expectLabelsFit, type LabelOptions } from './_fits.ts';
import { labelWeights, meanOver, weightOfLabels, weightOfRows } from './_weights.ts';

export interface NllOptions {
  /** A factor for each class; the mean is weighted, too. Default: all equal. */
  readonly weight?: readonly number[];
  /** A label that is left out of the loss, its gradient and its mean. Default: none. */
  readonly ignoreIndex?: number;
  /** The axis of the classes in the output: 1 for PyTorch's `[batch, classes, height, width]`. Default: −1, the last. */
  readonly classAxis?: number;
}

/**
 * Mean of `−x[label]` of log-probabilities `[batch, classes]`, such as `logSoftmax` gives, with integer labels `[batch]`, as PyTorch's `NLLLoss`. With weights
 * it is divided by the sum of those of the labels. A batch of nothing but ignored labels has loss 0 and weight 0. Throws a `DTypeError` or
 * `ShapeError` when they do not fit.
 */
export function nll(options: NllOptions = {}): Loss {
  expectOptions('nll', options, ['weight', 'ignoreIndex', 'classAxis']);
  const { weight, ignoreIndex, classAxis = -1 } = options;
  const given: LabelOptions = { weight, ignoreIndex, classAxis };
  expectLabelOptions('nll', given);
  const isPlain = weight === undefined && ignoreIndex === undefined;
  return {
    label: 'nll',
    output: 'log-probabilities',
    ignoreIndex,
    ...(classAxis !== -1 && { classAxis }),
    apply(output, target) {
      expectLabelsFit('nll', output.type, target.type, { ...given, of: 'log-probabilities' });
      const x = classesLast('nll', output, classAxis);
      const labels = classLabels(target, ignoreIndex);
      const losses = neg(chosen(x, labels));
      if (isPlain) return mean(losses);
      const weights = labelWeights(x.type, labels, weight);
      return meanOver(weight === undefined ? losses : mul(losses, weights), sum(weights));
    },
    weight: (output, target) =>
      isPlain ? weightOfRows('nll', output.type.shape, classAxis) : weightOfLabels('nll', output, target, given),
    targets: (output) => [{ kind: 'classes', classes: output.shape.at(classAxis) as number, ignoreIndex }],
  };
}

/** `x[…, label]`; 0 for what is no class. Chosen, not multiplied: the logarithm of an impossible class is −∞. */
export function chosen(x: Node, labels: Node): Node {
  const isLabel = greater(oneHot(labels, x.type.shape.at(-1) as number), 0);
  return sum(where(isLabel, x, scalar(0)), { axes: [x.type.shape.length - 1] });
}
