import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import type { TargetContext, TargetRule } from '../targets/rule.ts';

/** A number to watch. `context` is what the loss says about the targets. */
export interface Metric {
  /** Key in results and logs; unique within a trainer. */
  readonly name: string;
  /** Which way is better. Only what decides by the metric, such as early stopping, needs it, and refuses a metric without. */
  readonly better?: 'lower' | 'higher';
  /** `output` `[batch, …]` and `target` `[batch, …]` → rank 0, the mean over the batch. */
  apply(output: Node, target: Node, context?: TargetContext): Node;
  /** What that mean is over, as a float32 of rank 0. Without it, or `undefined`: the number of samples. */
  weight?(output: Node, target: Node, context?: TargetContext): Node | undefined;
  /** What the numbers of the targets must be. A trainer refuses others before it uses them. Default: anything. */
  targets?(output: TensorType, target: TensorType, context?: TargetContext): readonly TargetRule[];
}
