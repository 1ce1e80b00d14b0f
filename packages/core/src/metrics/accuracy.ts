import type { Node } from '../ir/node.ts';
import { sameShape } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { equal } from '../ops/elementwise/equal.ts';
import { argMax } from '../ops/reduce/arg-max.ts';
import { mean } from '../ops/reduce/mean.ts';
import type { Metric } from './metric.ts';

/**
 * Fraction of samples whose largest logit is at the label: output `[batch, classes]`, target integers `[batch]`, or float32 class
 * probabilities `[batch, classes]`, of which the (first) largest is the label.
 */
export function accuracy(): Metric {
  return {
    name: 'accuracy',
    apply: (output, target) => mean(cast(equal(argMax(output), labelsOf(output, target)), 'float32')),
  };
}

function labelsOf(output: Node, target: Node): Node {
  const probabilities = target.type.dtype === 'float32' && sameShape(output.type.shape, target.type.shape);
  return probabilities ? argMax(target) : cast(target, 'int32');
}
