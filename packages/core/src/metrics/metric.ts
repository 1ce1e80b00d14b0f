import type { Node } from '../ir/node.ts';
import type { Tensors, TypesOf } from '../ir/tree.ts';
import type { TargetContext, TargetRule } from '../targets/rule.ts';

/** For a metric that is no mean over samples: what is kept of each batch, and the number that follows from all of it. */
export interface Statistic {
  /** `'sum'`: what `apply` gives is added over batches. `'rows'`: it is `[rows, width]`, and the rows of all batches are put together. */
  readonly keep: 'sum' | 'rows';
  /** The number, from all that was kept, row after row; `NaN` where it has no meaning, such as for no rows. */
  readonly result: (kept: Float64Array, width: number) => number;
}

/** A number to watch. `context` is what the loss says about the targets. */
export interface Metric<Output extends Tensors = Node, Target extends Tensors = Node, Name extends string = string> {
  /** Key in results and logs; unique within a trainer. */
  readonly name: Name;
  /** Which way is better. Only what decides by the metric, such as early stopping, needs it, and refuses a metric without. */
  readonly better?: 'lower' | 'higher';
  /** `output` `[batch, …]` and `target` `[batch, …]` → rank 0, the mean over the batch; with `statistic` a float32 that is kept. */
  readonly apply: (output: Output, target: Target, context?: TargetContext) => Node;
  /** What that mean is over, as a float32 of rank 0. Without it, or `undefined`: the number of samples. */
  readonly weight?: ((output: Output, target: Target, context?: TargetContext) => Node | undefined) | undefined;
  /** Without it the metric is a mean. */
  readonly statistic?: Statistic | undefined;
  /** What the numbers of the targets must be. A trainer refuses others before it uses them. Default: anything. */
  readonly targets?:
    | ((output: TypesOf<Output>, target: TypesOf<Target>, context?: TargetContext) => readonly TargetRule[])
    | undefined;
}

/** A metric of whatever tensors. */
// biome-ignore lint/suspicious/noExplicitAny: a metric that takes less than any tensors is none that takes any.
export type AnyMetric<Name extends string = string> = Metric<any, any, Name>;
