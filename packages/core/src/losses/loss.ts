import type { Node } from '../ir/node.ts';
import type { Tensors, TypesOf } from '../ir/tree.ts';
import type { WeightedMean } from '../targets/on-parts.ts';
import type { OutputKind } from '../targets/output-kind.ts';
import type { TargetRule } from '../targets/rule.ts';

/** A scalar to minimize, of the network's output and the target: one tensor each, or several by name. */
export interface Loss<Output extends Tensors = Node, Target extends Tensors = Node> {
  readonly label: string;
  /** `output` `[batch, …]` and `target` `[batch, …]` → rank 0, the mean over the batch. */
  readonly apply: (output: Output, target: Target) => Node;
  /**
   * What that mean is over, as a float32 of rank 0, such as the sum of the class weights: means of several batches are weighted by it.
   * Without it, or `undefined`: the number of samples.
   */
  readonly weight?: ((output: Output, target: Target) => Node | undefined) | undefined;
  /** Of a sum: what is added, so that means over batches of each term are by its own weight. */
  readonly terms?: ((output: Output, target: Target) => readonly WeightedMean[]) | undefined;
  /** What the numbers of the targets must be. A trainer refuses others before it uses them. Default: anything. */
  readonly targets?: ((output: TypesOf<Output>, target: TypesOf<Target>) => readonly TargetRule[]) | undefined;
  /** What the loss takes the network's output for. */
  readonly output?: OutputKind;
  /** The same of several outputs, by their names. */
  readonly outputs?: Readonly<Record<string, OutputKind>>;
  /** The axis of the classes in the output, where it is not the last; metrics beside the loss take it there, too. */
  readonly classAxis?: number | undefined;
  /** The label that is left out; metrics beside the loss leave it out, too. */
  readonly ignoreIndex?: number | undefined;
}

/** A loss of whatever tensors. */
// biome-ignore lint/suspicious/noExplicitAny: a loss that takes less than any tensors is none that takes any.
export type AnyLoss = Loss<any, any>;
