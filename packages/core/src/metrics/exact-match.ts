import type { Node } from '../ir/node.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { equal } from '../ops/elementwise/equal.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { mean } from '../ops/reduce/mean.ts';
import { min } from '../ops/reduce/min.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { expectOptions } from '../options.ts';
import { logitOf } from './_counts.ts';
import { expectYesOrNo } from './_scores.ts';
import type { Metric } from './metric.ts';

export interface ExactMatchOptions {
  /** The probability above which an output means yes. Default 0.5. */
  readonly threshold?: number;
}

/**
 * Fraction of samples all of whose yes and no are right: scikit-learn's `accuracy_score` of several labels. Outputs `[batch, labels]` are logits
 * beside `bceWithLogits()`, else probabilities; targets are 0 or 1.
 */
export function exactMatch(options: ExactMatchOptions = {}): Metric<Node, Node, 'exact_match'> {
  expectOptions('exactMatch', options, ['threshold']);
  const { threshold = 0.5 } = options;
  const logit = logitOf('exactMatch', threshold);
  return {
    name: 'exact_match',
    better: 'higher',
    apply(output, target, context) {
      expectYesOrNo('exactMatch', output.type, target.type);
      const { shape } = output.type;
      const isYes = greater(output, context?.output === 'logit' ? logit : threshold);
      const right = greater(reshape(cast(target, 'float32'), shape), 0.5);
      const axes = shape.slice(1).map((_, i) => i + 1);
      return mean(min(cast(equal(isYes, right), 'float32'), { axes }));
    },
    targets: () => [{ kind: 'range', low: 0, high: 1 }],
  };
}
