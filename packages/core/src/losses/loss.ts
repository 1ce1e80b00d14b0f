import type { Node } from '../ir/node.ts';

/** A scalar to minimize, of the network's output and the target. */
export interface Loss {
  readonly label: string;
  /** `output` `[batch, …]` and `target` `[batch, …]` → rank 0, the mean over the batch. */
  apply(output: Node, target: Node): Node;
}
