import { type Graph, graph, rewrite, topologicalOrder } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';

/** Expands composites for which `isNative` is false, and those that appear in their expansions. */
export function decompose(g: Graph, isNative: (name: string) => boolean): Graph {
  return rewrite(g, (n) => {
    if (n.op.kind !== 'composite' || isNative(n.op.name)) return null;
    const root = n.op.decompose(n.inputs, n.attrs);
    const inner = topologicalOrder([root]);
    const nested = inner.some((m) => m.op.kind === 'composite' && !isNative(m.op.name) && !n.inputs.includes(m));
    return nested ? (decompose(graph({ root }), isNative).outputs.get('root') as Node) : root;
  });
}
