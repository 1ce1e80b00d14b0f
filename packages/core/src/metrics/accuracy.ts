import { cast } from '../ops/elementwise/cast.ts';
import { equal } from '../ops/elementwise/equal.ts';
import { argMax } from '../ops/reduce/arg-max.ts';
import { mean } from '../ops/reduce/mean.ts';
import type { Metric } from './metric.ts';

/** Fraction of samples whose largest logit is at the label: output `[batch, classes]`, target integers `[batch]`. */
export function accuracy(): Metric {
  return {
    name: 'accuracy',
    apply: (output, target) => mean(cast(equal(argMax(output), cast(target, 'int32')), 'float32')),
  };
}
