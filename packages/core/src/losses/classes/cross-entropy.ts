import { DTypeError, ShapeError, ValueError } from '../../errors.ts';
import { tensor } from '../../ir/ndarray.ts';
import type { Node } from '../../ir/node.ts';
import type { TensorType } from '../../ir/op.ts';
import { formatShape, numel, sameShape } from '../../ir/shape.ts';
import { logSoftmax } from '../../ops/composite/log-softmax.ts';
import { softmaxCrossEntropy } from '../../ops/composite/softmax-cross-entropy.ts';
import { add } from '../../ops/elementwise/add.ts';
import { div } from '../../ops/elementwise/div.ts';
import { greater } from '../../ops/elementwise/greater.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { neg } from '../../ops/elementwise/neg.ts';
import { where } from '../../ops/elementwise/where.ts';
import { oneHot } from '../../ops/indexing/one-hot.ts';
import { constant, scalar } from '../../ops/leaf/constant.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { describeValue, expectOptions } from '../../options.ts';
import { classLabels, isClass } from '../../targets/labels.ts';
import type { Loss } from '../loss.ts';

export interface CrossEntropyOptions {
  /** A factor for each class, such as more for rare ones; the mean is weighted, too. Default: all equal. */
  readonly weight?: readonly number[];
  /** Share of the target that is spread over all classes, from 0 (default) to 1. */
  readonly labelSmoothing?: number;
  /** A label that is left out of the loss, its gradient and its mean, such as 255 where there is none. Default: none. */
  readonly ignoreIndex?: number;
}

/**
 * Mean cross entropy of logits `[batch, classes]` with integer labels `[batch]` or float32 class probabilities `[batch, classes]`, as
 * PyTorch's `CrossEntropyLoss`: the softmax is part of the loss. A trainer refuses labels outside 0…classes − 1; in a graph of your own they
 * are no class, with neither loss nor gradient. A batch of nothing but ignored labels has loss 0 and weight 0. With probabilities the mean is over
 * the samples, whatever the weights. Throws a `DTypeError` or `ShapeError` when they do not fit.
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  expectOptions('crossEntropy', options, ['weight', 'labelSmoothing', 'ignoreIndex']);
  const { weight, labelSmoothing = 0, ignoreIndex } = options;
  expectValues(weight, labelSmoothing, ignoreIndex);
  const isPlain = weight === undefined && ignoreIndex === undefined;
  return {
    label: 'crossEntropy',
    output: 'logits',
    ignoreIndex,
    apply(output, target) {
      expectFits(output.type, target.type, weight, ignoreIndex);
      if (target.type.dtype === 'float32') return ofProbabilities(output, target, weight, labelSmoothing);
      const labels = classLabels(target, ignoreIndex);
      const ofLabels = softmaxCrossEntropy(output, labels);
      const hard = weight === undefined ? ofLabels : mul(ofLabels, labelWeights(output, labels, weight));
      const perSample =
        labelSmoothing === 0
          ? hard
          : add(mul(hard, 1 - labelSmoothing), mul(spread(output, labels, weight), labelSmoothing));
      if (isPlain) return mean(perSample);
      const over = sum(labelWeights(output, labels, weight));
      return div(sum(perSample), where(greater(over, 0), over, scalar(1)));
    },
    weight(output, target) {
      const rows = target.type.dtype === 'float32' ? target.type.shape.slice(0, -1) : target.type.shape;
      if (isPlain || target.type.dtype === 'float32') return rows.length > 1 ? scalar(numel(rows)) : undefined;
      return sum(labelWeights(output, classLabels(target, ignoreIndex), weight));
    },
    targets(output, target) {
      if (target.dtype === 'float32') return [{ kind: 'probabilities' }];
      return [{ kind: 'classes', classes: output.shape.at(-1) as number, ignoreIndex }];
    },
  };
}

/** The weight of each label's class, by default 1; 0 for what is no class. */
function labelWeights(output: Node, labels: Node, weight: readonly number[] | undefined): Node {
  const classes = output.type.shape.at(-1) as number;
  if (weight === undefined) return isClass(labels, classes);
  return sum(mul(oneHot(labels, classes), constant(tensor(weight))), { axes: [labels.type.shape.length] });
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

function expectValues(
  weight: readonly number[] | undefined,
  labelSmoothing: number,
  ignoreIndex: number | undefined,
): void {
  if (ignoreIndex !== undefined && !(Number.isInteger(ignoreIndex) && Math.abs(ignoreIndex) < 2 ** 31)) {
    throw new ValueError('crossEntropy was given an invalid label to ignore', {
      path: 'crossEntropy.ignoreIndex',
      received: String(ignoreIndex),
      expected: 'a whole number, such as -100 or 255',
    });
  }
  if (!(typeof labelSmoothing === 'number' && labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ValueError('crossEntropy was given an invalid smoothing', {
      path: 'crossEntropy.labelSmoothing',
      received: describeValue(labelSmoothing),
      expected: 'a number from 0 to 1',
    });
  }
  const isWeight = (w: unknown): boolean => typeof w === 'number' && w >= 0 && w < Number.POSITIVE_INFINITY;
  if (weight !== undefined && !(Array.isArray(weight) && weight.every(isWeight))) {
    throw new ValueError('crossEntropy was given invalid class weights', {
      path: 'crossEntropy.weight',
      received: JSON.stringify(weight) ?? describeValue(weight),
      expected: 'a list of finite numbers of at least 0, one for each class',
    });
  }
}

function expectFits(
  output: TensorType,
  target: TensorType,
  weight: readonly number[] | undefined,
  ignoreIndex: number | undefined,
): void {
  const { shape } = output;
  const rows = shape.slice(0, -1);
  const probabilities = target.dtype === 'float32';
  if (shape.length >= 2 && shape.at(-1) === 1) {
    throw new ShapeError('crossEntropy of a single output is always 0', {
      path: 'crossEntropy',
      received: `logits ${formatShape(shape)}`,
      expected: 'one output for each class, at least two',
      fix: 'end the network with linear(…, classes), two for yes and no; for numbers to predict use mse()',
    });
  }
  if (probabilities && sameShape(rows, target.shape)) {
    throw new DTypeError(
      'crossEntropy takes integer labels or one probability for each class, not one float a sample',
      {
        path: 'crossEntropy',
        received: `float32${formatShape(rows)}`,
        expected: `int32 or uint8 class indices ${formatShape(rows)}, or float32 probabilities ${formatShape(shape)}`,
        fix: 'give the index of the class as an integer; for regression use mse()',
      },
    );
  }
  if (shape.length < 2 || !sameShape(probabilities ? shape : rows, target.shape)) {
    throw new ShapeError('labels do not fit the logits', {
      path: 'crossEntropy',
      received: `logits ${formatShape(shape)}, ${probabilities ? 'probabilities' : 'labels'} ${formatShape(target.shape)}`,
      expected: 'logits [batch, classes] and labels [batch] or float32 probabilities [batch, classes]',
      fix: fixOf(output, target),
    });
  }
  if (weight !== undefined && weight.length !== shape.at(-1)) {
    throw new ShapeError('the class weights do not fit the logits', {
      path: 'crossEntropy.weight',
      received: `${weight.length} weights for logits ${formatShape(shape)}`,
      expected: 'one weight for each class',
    });
  }
  if (probabilities && ignoreIndex !== undefined) {
    throw new ValueError('crossEntropy ignores labels, not class probabilities', {
      path: 'crossEntropy.ignoreIndex',
      received: `${ignoreIndex} beside float32 targets ${formatShape(target.shape)}`,
      expected: 'integer labels',
      fix: 'leave ignoreIndex out, or give integer labels',
    });
  }
}

function fixOf(output: TensorType, target: TensorType): string {
  const [batch, , ...places] = output.shape;
  if (places.length > 0 && sameShape([batch as number, ...places], target.shape)) {
    const order = [0, ...places.map((_, i) => i + 2), 1].join(', ');
    return `classes come last here: turn the output around with a last layer whose apply is (x) => transpose(x, [${order}])`;
  }
  if (output.shape.length === 4) return 'end the network with flatten() and linear(…, classes)';
  if (target.dtype === 'float32') return 'give one probability for each class, or integer labels';
  if (sameShape([...output.shape.slice(0, -1), 1], target.shape))
    return `labels are a column: give them as ${formatShape(output.shape.slice(0, -1))}`;
  if (sameShape(output.shape, target.shape))
    return 'one-hot rows are probabilities: give them as float32, or give indices';
  return 'give one label for each sample';
}
