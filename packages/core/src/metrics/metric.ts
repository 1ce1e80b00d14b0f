import type { Node } from '../ir/node.ts';

/** A number to watch. Batches are averaged by their number of samples. */
export interface Metric {
  /** Key in results and logs; unique within a trainer. */
  readonly name: string;
  /** `output` `[batch, …]` and `target` `[batch, …]` → rank 0, the mean over the batch. */
  apply(output: Node, target: Node): Node;
}
