import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { equal } from '../ops/elementwise/equal.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { mean } from '../ops/reduce/mean.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { expectOptions } from '../options.ts';
import { logitOf } from './_counts.ts';
import { expectYesOrNo } from './_scores.ts';
import type { Metric } from './metric.ts';

export interface BinaryAccuracyOptions {
  /** The probability from which on an output means yes. Default 0.5. */
  readonly threshold?: number;
}

/**
 * Fraction of yes and no that are right, for each column by itself: outputs are logits beside `bceWithLogits()`, else probabilities; targets are
 * 0 or 1 in the output's shape, or `[batch]` for one column. Throws a `ShapeError` when they do not fit.
 */
export function binaryAccuracy(options: BinaryAccuracyOptions = {}): Metric<Node, Node, 'accuracy'> {
  expectOptions('binaryAccuracy', options, ['threshold']);
  const { threshold = 0.5 } = options;
  const logit = logitOf('binaryAccuracy', threshold);
  return {
    name: 'accuracy',
    better: 'higher',
    apply(output, target, context) {
      expectYesOrNo('binaryAccuracy', output.type, target.type);
      const isYes = greater(output, context?.output === 'logit' ? logit : threshold);
      const expected = greater(reshape(cast(target, 'float32'), output.type.shape), 0.5);
      return mean(cast(equal(isYes, expected), 'float32'));
    },
    weight: ({ type: { shape } }) => (shape.length > 2 ? scalar(numel(shape)) : undefined),
    targets: () => [{ kind: 'range', low: 0, high: 1 }],
  };
}
