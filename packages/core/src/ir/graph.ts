import { expectKind } from '../options.ts';
import { expectNodes, type Node } from './node.ts';

/** A computation: named results, and every node they need, inputs before users. */
export interface Graph {
  readonly outputs: ReadonlyMap<string, Node>;
  readonly nodes: readonly Node[];
}

/** Throws a `ValueError` unless `value`, which `what` was given, is a graph. */
export function expectGraph(what: string, value: unknown): asserts value is Graph {
  expectKind(`the graph of ${what}`, value, { outputs: 'map', nodes: 'list' }, 'graph({ y })');
}

/** Collects everything that `outputs` need, in a deterministic topological order. Nodes nothing needs are not in it. */
export function graph(outputs: ReadonlyMap<string, Node> | Readonly<Record<string, Node>>): Graph {
  expectKind('outputs', outputs, 'record', '{ y }');
  const map: ReadonlyMap<string, Node> = outputs instanceof Map ? outputs : new Map(Object.entries(outputs));
  expectNodes('graph', [...map.values()]);
  return { outputs: map, nodes: topologicalOrder([...map.values()]) };
}

/**
 * Every node that `roots` need, inputs before users, without recursion (graphs of unrolled loops are deep). With `given`, nodes among these
 * and what only they need are left out: they are known already.
 */
export function topologicalOrder(roots: readonly Node[], given: ReadonlySet<Node> = NONE): readonly Node[] {
  expectNodes('topologicalOrder', roots);
  return sourcesFirst(roots, (n) => n.inputs, given);
}

const NONE: ReadonlySet<Node> = new Set();

/** `roots` and all that `sourcesOf` leads to from there, sources first; what is `given`, and what it alone leads to, is left out. */
export function sourcesFirst(
  roots: readonly Node[],
  sourcesOf: (n: Node) => readonly Node[],
  given: Pick<ReadonlySet<Node>, 'has'> = NONE,
): readonly Node[] {
  const order: Node[] = [];
  const state = new Map<Node, 'open' | 'done'>();
  const stack = roots.filter((n) => !given.has(n)).reverse();
  while (stack.length > 0) {
    const n = stack[stack.length - 1] as Node;
    const seen = state.get(n);
    if (seen === undefined) {
      state.set(n, 'open');
      const sources = sourcesOf(n);
      for (let i = sources.length - 1; i >= 0; i--) {
        const source = sources[i] as Node;
        if (!state.has(source) && !given.has(source)) stack.push(source);
      }
    } else {
      stack.pop();
      if (seen === 'open') {
        state.set(n, 'done');
        order.push(n);
      }
    }
  }
  return order;
}

/** `roots` with other nodes in the place of some. */
export function substituted(roots: readonly Node[], standsFor: ReadonlyMap<Node, Node>): readonly Node[] {
  const made = new Map(standsFor);
  for (const n of sourcesFirst(roots, (x) => x.inputs, standsFor)) {
    const inputs = n.inputs.map((x) => made.get(x) as Node);
    made.set(n, inputs.every((x, i) => x === n.inputs[i]) ? n : { ...n, inputs });
  }
  return roots.map((n) => made.get(n) as Node);
}

/** `root`, with `origin` said of each new node that it needs: of those that are not said to be anybody's. */
function withOrigin(root: Node, origin: string | undefined): Node {
  if (origin === undefined || root.origin !== undefined) return root;
  const made = new Map<Node, Node>();
  const standsFor = (n: Node): Node => made.get(n) ?? n;
  const sources = (n: Node): readonly Node[] => n.inputs.filter((x) => x.origin === undefined);
  for (const n of sourcesFirst([root], sources)) made.set(n, { ...n, inputs: n.inputs.map(standsFor), origin });
  return standsFor(root);
}

/**
 * Rebuilds `g` bottom-up. `replace` gets each node with its inputs already rebuilt and returns what stands for it, or `null` to keep it.
 */
export function rewrite(g: Graph, replace: (n: Node, original: Node) => Node | null): Graph {
  expectGraph('rewrite', g);
  const rebuilt = new Map<Node, Node>();
  for (const original of g.nodes) {
    const inputs = original.inputs.map((x) => rebuilt.get(x) as Node);
    const changed = inputs.some((x, i) => x !== original.inputs[i]);
    const kept = changed ? { ...original, inputs } : original;
    rebuilt.set(original, withOrigin(replace(kept, original) ?? kept, original.origin));
  }
  return graph(new Map([...g.outputs].map(([name, n]) => [name, rebuilt.get(n) as Node])));
}
