import { tensor } from '../../ir/ndarray.ts';
import { add } from '../../ops/elementwise/add.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { relu } from '../../ops/elementwise/relu.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { oneHot } from '../../ops/indexing/one-hot.ts';
import { constant } from '../../ops/leaf/constant.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { classLabels } from '../../targets/labels.ts';
import { expectPower } from '../_power.ts';
import type { Loss } from '../loss.ts';
import { expectLabelOptions, expectLabelsFit } from './_fits.ts';
import { weightOfRows } from './_weights.ts';
import { chosen } from './nll.ts';

export interface MultiMarginOptions {
  /** What the margins are raised to, 1 or 2. Default: 1. */
  readonly p?: 1 | 2;
  /** How much larger the right output should be than each other. Default: 1. */
  readonly margin?: number;
  /** A factor for each class; the mean is over the samples, whatever the factors. Default: all equal. */
  readonly weight?: readonly number[];
}

/**
 * The hinge loss of several classes, as PyTorch's `MultiMarginLoss`: the mean of `Σ max(0, margin − x[label] + x[i])^p / classes` over the classes `i` other than
 * the label (Crammer and Singer 2001); output `[batch, classes]`, integer labels `[batch]`. Throws a `DTypeError` or `ShapeError` when they do not fit.
 */
export function multiMargin(options: MultiMarginOptions = {}): Loss {
  expectOptions('multiMargin', options, ['p', 'margin', 'weight']);
  const { p = 1, margin = 1, weight } = options;
  expectPower('multiMargin', p);
  expectNumber('multiMargin.margin', margin);
  expectLabelOptions('multiMargin', { weight });
  return {
    label: 'multiMargin',
    output: 'values',
    apply(x, target) {
      expectLabelsFit('multiMargin', x.type, target.type, { weight, of: 'the output' });
      const { shape } = x.type;
      const labels = classLabels(target, undefined);
      const isLabel = oneHot(labels, shape.at(-1) as number);
      const right = reshape(chosen(x, labels), [...shape.slice(0, -1), 1]);
      const missing = relu(add(sub(x, right), margin));
      const losses = mul(
        p === 1 ? missing : mul(missing, missing),
        sub(sum(isLabel, { axes: [shape.length - 1], keepDims: true }), isLabel),
      );
      const perSample = mul(sum(losses, { axes: [shape.length - 1] }), 1 / (shape.at(-1) as number));
      if (weight === undefined) return mean(perSample);
      return mean(mul(perSample, sum(mul(isLabel, constant(tensor(weight))), { axes: [shape.length - 1] })));
    },
    weight: ({ type: { shape } }) => weightOfRows('multiMargin', shape, -1),
    targets: (output) => [{ kind: 'classes', classes: output.shape.at(-1) as number }],
  };
}
