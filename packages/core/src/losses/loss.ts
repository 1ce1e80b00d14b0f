import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import type { OutputKind } from '../targets/output-kind.ts';
import type { TargetRule } from '../targets/rule.ts';

/** A scalar to minimize, of the network's output and the target. */
export interface Loss {
  readonly label: string;
  /** `output` `[batch, …]` and `target` `[batch, …]` → rank 0, the mean over the batch. */
  apply(output: Node, target: Node): Node;
  /**
   * What that mean is over, as a float32 of rank 0, such as the sum of the class weights: means of several batches are weighted by it.
   * Without it, or `undefined`: the number of samples.
   */
  weight?(output: Node, target: Node): Node | undefined;
  /** What the numbers of the targets must be. A trainer refuses others before it uses them. Default: anything. */
  targets?(output: TensorType, target: TensorType): readonly TargetRule[];
  /** What the loss takes the network's output for. */
  readonly output?: OutputKind;
  /** The label that is left out; metrics beside the loss leave it out, too. */
  readonly ignoreIndex?: number | undefined;
}
