import { ShapeError } from '../../errors.ts';
import type { TensorType } from '../../ir/op.ts';
import { formatShape } from '../../ir/shape.ts';
import { add } from '../../ops/elementwise/add.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { equal } from '../../ops/elementwise/equal.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { relu } from '../../ops/elementwise/relu.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { oneHot } from '../../ops/indexing/one-hot.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectNoOptions } from '../../options.ts';
import type { Loss } from '../loss.ts';

/** What stands behind the labels of a sample. */
const PADDING = -1;

/**
 * Several labels of a sample against all other classes, as PyTorch's `MultiLabelMarginLoss`: the mean of `Σ max(0, 1 − x[label] + x[i]) / classes` over the labels
 * of a sample and the classes `i` that are none of them. Output `[batch, classes]`; labels int32 `[batch, n]`, −1 behind the last of each row. Throws a
 * `ShapeError` when they do not fit.
 */
export function multiLabelMargin(...more: []): Loss {
  expectNoOptions('multiLabelMargin', more);
  return {
    label: 'multiLabelMargin',
    output: 'values',
    apply(x, target) {
      expectFits(x.type, target.type);
      const [batch, classes] = x.type.shape as readonly [number, number];
      // How often each class is among the labels of a sample.
      const count = sum(oneHot(cast(target, 'int32'), classes), { axes: [1] });
      const isOther = cast(equal(count, 0), 'float32');
      // [batch, label, other]
      const missing = relu(add(sub(reshape(x, [batch, 1, classes]), reshape(x, [batch, classes, 1])), 1));
      const pairs = mul(reshape(count, [batch, classes, 1]), reshape(isOther, [batch, 1, classes]));
      return mean(mul(sum(mul(missing, pairs), { axes: [1, 2] }), 1 / classes));
    },
    targets: ({ shape }) => [{ kind: 'sequences', classes: shape[1] as number, padding: [PADDING] }],
  };
}

function expectFits({ shape }: TensorType, target: TensorType): void {
  if (shape.length === 2 && target.shape.length === 2 && shape[0] === target.shape[0] && target.dtype !== 'float32')
    return;
  throw new ShapeError('the labels do not fit the output', {
    path: 'multiLabelMargin',
    received: `output ${formatShape(shape)}, labels ${target.dtype}${formatShape(target.shape)}`,
    expected: `an output [batch, classes] and int32 labels [batch, n], with ${PADDING} behind the last of each row`,
    fix: 'for 0 and 1 in a column for each class use multiLabelSoftMargin() or bceWithLogits()',
  });
}
