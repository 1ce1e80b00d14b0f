import { DTypeError, ShapeError, ValueError } from '../errors.ts';
import { tensor } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { formatShape, sameShape } from '../ir/shape.ts';
import { logSoftmax } from '../ops/composite/log-softmax.ts';
import { softmaxCrossEntropy } from '../ops/composite/softmax-cross-entropy.ts';
import { add } from '../ops/elementwise/add.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { div } from '../ops/elementwise/div.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { neg } from '../ops/elementwise/neg.ts';
import { gather } from '../ops/indexing/gather.ts';
import { constant } from '../ops/leaf/constant.ts';
import { mean } from '../ops/reduce/mean.ts';
import { sum } from '../ops/reduce/sum.ts';
import type { Loss } from './loss.ts';

export interface CrossEntropyOptions {
  /** A factor for each class, such as more for rare ones; the mean is weighted, too. Default: all equal. */
  readonly weight?: readonly number[];
  /** Share of the target that is spread over all classes, from 0 (default) to 1. */
  readonly labelSmoothing?: number;
}

/**
 * Mean cross entropy of logits `[batch, classes]` with integer labels `[batch]` or float32 class probabilities `[batch, classes]`, as
 * PyTorch's `CrossEntropyLoss`: the softmax is part of the loss. Labels outside 0…classes − 1 count as no class, so check the data.
 * With probabilities the mean is over the samples, whatever the weights. Throws a `DTypeError` or `ShapeError` when they do not fit.
 */
export function crossEntropy({ weight, labelSmoothing = 0 }: CrossEntropyOptions = {}): Loss {
  expectOptions(weight, labelSmoothing);
  return {
    label: 'crossEntropy',
    apply(output, target) {
      expectFits(output, target, weight);
      if (target.type.dtype === 'float32') return ofProbabilities(output, target, weight, labelSmoothing);
      const labels = cast(target, 'int32');
      const perSample = softmaxCrossEntropy(output, labels);
      if (weight === undefined && labelSmoothing === 0) return mean(perSample);

      const classes = output.type.shape.at(-1) as number;
      const weights = constant(tensor(weight ?? Array.from({ length: classes }, () => 1)));
      const ofLabel = gather(weights, labels);
      const last = output.type.shape.length - 1;
      const spread = neg(sum(mul(logSoftmax(output), weights), { axes: [last] }));
      const total = add(mul(mul(perSample, ofLabel), 1 - labelSmoothing), mul(spread, labelSmoothing / classes));
      return div(sum(total), sum(ofLabel));
    },
  };
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

function expectOptions(weight: readonly number[] | undefined, labelSmoothing: number): void {
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ValueError('crossEntropy was given an invalid smoothing', {
      path: 'crossEntropy.labelSmoothing',
      received: String(labelSmoothing),
      expected: 'a number from 0 to 1',
    });
  }
  if (weight?.some((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY)) === true) {
    throw new ValueError('crossEntropy was given invalid class weights', {
      path: 'crossEntropy.weight',
      received: JSON.stringify(weight),
      expected: 'finite numbers of at least 0',
    });
  }
}

function expectFits(output: Node, target: Node, weight: readonly number[] | undefined): void {
  const { shape } = output.type;
  const rows = shape.slice(0, -1);
  const probabilities = target.type.dtype === 'float32';
  if (probabilities && sameShape(rows, target.type.shape)) {
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
  if (shape.length < 2 || !sameShape(probabilities ? shape : rows, target.type.shape)) {
    throw new ShapeError('labels do not fit the logits', {
      path: 'crossEntropy',
      received: `logits ${formatShape(shape)}, ${probabilities ? 'probabilities' : 'labels'} ${formatShape(target.type.shape)}`,
      expected: 'logits [batch, classes] and labels [batch] or float32 probabilities [batch, classes]',
      fix: fixOf(output, target),
    });
  }
  if (weight !== undefined && weight.length !== output.type.shape.at(-1)) {
    throw new ShapeError('the class weights do not fit the logits', {
      path: 'crossEntropy.weight',
      received: `${weight.length} weights for logits ${formatShape(output.type.shape)}`,
      expected: 'one weight for each class',
    });
  }
}

function fixOf({ type: output }: Node, { type: target }: Node): string {
  if (output.shape.length === 4) return 'end the network with flatten() and linear(…, classes)';
  if (target.dtype === 'float32') return 'give one probability for each class, or integer labels';
  if (sameShape(output.shape, target.shape))
    return 'one-hot rows are probabilities: give them as float32, or give indices';
  return 'give one label for each sample';
}
