import { tensor } from '../../ir/ndarray.ts';
import type { Node } from '../../ir/node.ts';
import { logSoftmax } from '../../ops/composite/log-softmax.ts';
import { softmaxCrossEntropy } from '../../ops/composite/softmax-cross-entropy.ts';
import { add } from '../../ops/elementwise/add.ts';
import { greater } from '../../ops/elementwise/greater.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { neg } from '../../ops/elementwise/neg.ts';
import { where } from '../../ops/elementwise/where.ts';
import { constant, scalar } from '../../ops/leaf/constant.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { classesLast } from '../../targets/class-axis.ts';
import { classLabels, isClass } from '../../targets/labels.ts';
import type { Loss } from '../loss.ts';
import { expectLabelOptions, expectLabelsFit, type LabelOptions } from './_fits.ts';
import { labelWeights, meanOver, weightOfLabels, weightOfRows } from './_weights.ts';

export interface CrossEntropyOptions {
  /** A factor for each class, such as more for rare ones; the mean is weighted, too. Default: all equal. */
  readonly weight?: readonly number[];
  /** Share of the target that is spread over all classes, from 0 (default) to 1. */
  readonly labelSmoothing?: number;
  /** A label that is left out of the loss, its gradient and its mean, such as 255 where there is none. Default: none. */
  readonly ignoreIndex?: number;
  /** The axis of the classes in the logits, and in probabilities as targets: 1 for PyTorch's `[batch, classes, height, width]`. Default: −1, the last. */
  readonly classAxis?: number;
}

/**
 * Mean cross entropy of logits `[batch, classes]` with integer labels `[batch]` or float32 class probabilities `[batch, classes]`, as
 * PyTorch's `CrossEntropyLoss`: the softmax is part of the loss. A trainer refuses labels outside 0…classes − 1; in a graph of your own they
 * are no class, with neither loss nor gradient. A batch of nothing but ignored labels has loss 0 and weight 0. With probabilities the mean is over
 * the samples, whatever the weights. Throws a `DTypeError` or `ShapeError` when they do not fit.
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  expectOptions('crossEntropy', options, ['weight', 'labelSmoothing', 'ignoreIndex', 'classAxis']);
  const { weight, labelSmoothing = 0, ignoreIndex, classAxis = -1 } = options;
  expectLabelOptions('crossEntropy', { weight, ignoreIndex, classAxis });
  expectNumber('crossEntropy.labelSmoothing', labelSmoothing, { least: 0, most: 1 });
  const given: LabelOptions = { weight, ignoreIndex, classAxis };
  const isPlain = weight === undefined && ignoreIndex === undefined;
  const last = (x: Node): Node => classesLast('crossEntropy', x, classAxis);
  return {
    label: 'crossEntropy',
    output: 'logits',
    ignoreIndex,
    ...(classAxis !== -1 && { classAxis }),
    apply(output, target) {
      expectLabelsFit('crossEntropy', output.type, target.type, { ...given, of: 'logits', takesProbabilities: true });
      const x = last(output);
      if (target.type.dtype === 'float32') return ofProbabilities(x, last(target), weight, labelSmoothing);
      const labels = classLabels(target, ignoreIndex);
      const ofLabels = softmaxCrossEntropy(x, labels);
      const hard = weight === undefined ? ofLabels : mul(ofLabels, labelWeights(x.type, labels, weight));
      const perSample =
        labelSmoothing === 0
          ? hard
          : add(mul(hard, 1 - labelSmoothing), mul(spread(x, labels, weight), labelSmoothing));
      if (isPlain) return mean(perSample);
      return meanOver(perSample, sum(labelWeights(x.type, labels, weight)));
    },
    weight(output, target) {
      if (isPlain || target.type.dtype === 'float32') return weightOfRows('crossEntropy', output.type.shape, classAxis);
      return weightOfLabels('crossEntropy', output, target, given);
    },
    targets(output, target) {
      if (target.dtype === 'float32') return [{ kind: 'probabilities', ...(classAxis !== -1 && { axis: classAxis }) }];
      return [{ kind: 'classes', classes: output.shape.at(classAxis) as number, ignoreIndex }];
    },
  };
}

/** The loss of each row against the same target for all classes, weighted; 0 where the label is no class. */
function spread(output: Node, labels: Node, weight: readonly number[] | undefined): Node {
  const { shape } = output.type;
  const classes = shape.at(-1) as number;
  const logs = weight === undefined ? logSoftmax(output) : mul(logSoftmax(output), constant(tensor(weight)));
  const whole = mul(sum(logs, { axes: [shape.length - 1] }), -1 / classes);
  return where(greater(isClass(labels, classes), 0), whole, scalar(0));
}

/** `−Σ_c w_c p_c ln softmax(x)_c`, averaged over the rows; `p` is smoothed first (the documentation of `torch.nn.CrossEntropyLoss`). */
function ofProbabilities(
  output: Node,
  target: Node,
  weight: readonly number[] | undefined,
  labelSmoothing: number,
): Node {
  const { shape } = output.type;
  const smoothed =
    labelSmoothing === 0 ? target : add(mul(target, 1 - labelSmoothing), labelSmoothing / (shape.at(-1) as number));
  const weighted = weight === undefined ? smoothed : mul(smoothed, constant(tensor(weight)));
  return neg(mean(sum(mul(logSoftmax(output), weighted), { axes: [shape.length - 1] })));
}
