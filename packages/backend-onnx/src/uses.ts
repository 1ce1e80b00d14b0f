import type { Graph, Node } from '@descent/core/backend';

/** The nodes that use a node, once for each time; `null` stands for the graph, which has it as a result. */
export type Uses = (n: Node) => readonly (Node | null)[];

export function usesIn(g: Graph): Uses {
  const uses = new Map<Node, (Node | null)[]>();
  const add = (n: Node, user: Node | null): void => {
    const known = uses.get(n);
    if (known === undefined) uses.set(n, [user]);
    else known.push(user);
  };
  for (const n of g.nodes) for (const x of n.inputs) add(x, n);
  for (const n of g.outputs.values()) add(n, null);
  return (n) => uses.get(n) ?? [];
}
