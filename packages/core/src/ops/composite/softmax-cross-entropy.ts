import { ShapeError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp, TensorType } from '../../ir/op.ts';
import { formatShape, sameShape } from '../../ir/shape.ts';
import { NO_ATTRS, type NoAttrs } from '../elementwise/_types.ts';
import { exp } from '../elementwise/exp.ts';
import { greater } from '../elementwise/greater.ts';
import { log } from '../elementwise/log.ts';
import { mul } from '../elementwise/mul.ts';
import { sub } from '../elementwise/sub.ts';
import { where } from '../elementwise/where.ts';
import { oneHot } from '../indexing/one-hot.ts';
import { scalar } from '../leaf/constant.ts';
import { expectNonEmpty } from '../reduce/_extreme.ts';
import { max } from '../reduce/max.ts';
import { sum } from '../reduce/sum.ts';
import { reshape } from '../shape/reshape.ts';
import { softmax } from './softmax.ts';

export const softmaxCrossEntropyOp: CompositeOp<'softmaxCrossEntropy', NoAttrs> = {
  kind: 'composite',
  name: 'softmaxCrossEntropy',
  infer(inputs) {
    const [logits, labels] = inputs as readonly [TensorType, TensorType];
    expectDType('softmaxCrossEntropy', 'logits', logits.dtype, ['float32']);
    expectDType('softmaxCrossEntropy', 'labels', labels.dtype, ['int32']);
    if (logits.shape.length === 0 || !sameShape(logits.shape.slice(0, -1), labels.shape)) {
      throw new ShapeError('softmaxCrossEntropy needs one label for each row of logits', {
        received: `logits ${formatShape(logits.shape)}, labels ${formatShape(labels.shape)}`,
        expected: `labels ${formatShape(logits.shape.slice(0, -1))}`,
      });
    }
    expectNonEmpty('softmaxCrossEntropy', [logits], [logits.shape.length - 1]);
    return { dtype: 'float32', shape: labels.shape };
  },
  decompose(inputs) {
    const [logits, labels] = inputs as readonly [Node, Node];
    const last = logits.type.shape.length - 1;
    const shifted = sub(logits, max(logits, { axes: [last], keepDims: true }));
    const logSum = log(sum(exp(shifted), { axes: [last], keepDims: true }));
    // Chosen, not multiplied by 0 and 1: a masked logit is -∞, and -∞ · 0 is not a number. For what is no class nothing is chosen.
    return sum(where(greater(targets(logits, labels), 0), sub(logSum, shifted), scalar(0)), { axes: [last] });
  },
  grad({ inputs, dy }) {
    const [logits, labels] = inputs as readonly [Node, Node];
    const ofLabels = targets(logits, labels);
    // 1 for each row whose label is a class, 0 for the others, which have no gradient.
    const isClass = sum(ofLabels, { axes: [logits.type.shape.length - 1], keepDims: true });
    const rows = mul(reshape(dy, [...dy.type.shape, 1]), isClass);
    return [mul(sub(softmax(logits), ofLabels), rows), null];
  },
};

function targets(logits: Node, labels: Node): Node {
  return oneHot(labels, logits.type.shape.at(-1) as number);
}

/**
 * Cross entropy of `softmax(logits)` with integer labels: logits `[…, classes]`, labels int32 `[…]` → losses `[…]`, `ln Σ e^x − x[label]`.
 * A label outside 0…classes − 1 is no class: its loss and its gradient are 0.
 */
export function softmaxCrossEntropy(logits: Node, labels: Node): Node {
  return node(softmaxCrossEntropyOp, [logits, labels], NO_ATTRS);
}
