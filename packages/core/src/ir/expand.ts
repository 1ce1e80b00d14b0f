import { topologicalOrder } from './graph.ts';
import type { Node } from './node.ts';
import type { CompositeOp } from './op.ts';

/**
 * What `op` applied to the inputs of `n` decomposes into, with the composites in it that `expands` names replaced likewise. Only new nodes
 * are looked at, so that the work does not grow with the graph that stands before `n`.
 */
export function expanded(op: CompositeOp, { inputs, attrs }: Node, expands: (op: CompositeOp) => boolean): Node {
  const root = op.decompose(inputs, attrs);
  const rebuilt = new Map<Node, Node>();
  const standsFor = (n: Node): Node => rebuilt.get(n) ?? n;
  for (const n of topologicalOrder([root], new Set(inputs))) {
    const operands = n.inputs.map(standsFor);
    const copy = operands.every((x, i) => x === n.inputs[i]) ? n : { ...n, inputs: operands };
    rebuilt.set(n, n.op.kind === 'composite' && expands(n.op) ? expanded(n.op, copy, expands) : copy);
  }
  return standsFor(root);
}
