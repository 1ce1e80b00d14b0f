import { type Graph, graph, type Node, sourcesFirst } from '@descent/core/backend';

/** Nodes that are computed in one loop. */
export interface NodesOfLoop {
  readonly nodes: readonly Node[];
  /** What the loop uses; nothing of it depends on the nodes. */
  readonly sources: readonly Node[];
  /** What stands for those of the nodes that others use, where the sources are now `sources`. */
  results(sources: readonly Node[]): ReadonlyMap<Node, Node>;
}

/** `g` with some of its nodes in loops. */
export function withLoops(g: Graph, loops: readonly NodesOfLoop[]): Graph {
  if (loops.length === 0) return g;
  const loopOf = new Map(loops.flatMap((loop) => loop.nodes.map((n) => [n, loop] as const)));
  const rebuilt = new Map<Node, Node>();
  const results = new Map<NodesOfLoop, ReadonlyMap<Node, Node>>();
  const now = (n: Node): Node => rebuilt.get(n) as Node;
  for (const n of sourcesFirst([...g.outputs.values()], (x) => loopOf.get(x)?.sources ?? x.inputs)) {
    const loop = loopOf.get(n);
    if (loop === undefined) {
      rebuilt.set(n, { ...n, inputs: n.inputs.map(now) });
      continue;
    }
    const made = results.get(loop) ?? loop.results(loop.sources.map(now));
    results.set(loop, made);
    rebuilt.set(n, made.get(n) as Node);
  }
  return graph(new Map([...g.outputs].map(([name, n]) => [name, now(n)])));
}
