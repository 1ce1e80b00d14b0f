import { type Node, node } from '../../ir/node.ts';
import { hardtanhOp } from './hardtanh.ts';

/** `x`, but at least 0 and at most 6 (Krizhevsky 2010). */
export function relu6(x: Node): Node {
  return node(hardtanhOp, [x], { minVal: 0, maxVal: 6 });
}
