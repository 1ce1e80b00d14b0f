import { topologicalOrder } from '../ir/graph.ts';
import { isOp, type Node } from '../ir/node.ts';
import { inputOp } from '../ops/leaf/input.ts';
import { scanOp } from '../ops/loop/scan.ts';
import { type MarkAttrs, markOp } from './trace.ts';

export type Mark = Node & { readonly attrs: MarkAttrs };

export function isMark(n: Node): n is Mark {
  return isOp(n, markOp);
}

/** A graph as a picture sees it: into loops whose step applies layers, and from a step to what it is given outside. */
export interface Wiring {
  /** What `n` is computed of, in the picture's sense. */
  sourcesOf(n: Node): readonly Node[];
  /** What goes into the mark with these attributes: loops make their steps anew, and the marks in them. */
  behind(mark: Mark): Node;
}

/** Wires the graph that `outputs` need. */
export function wired(outputs: readonly Node[]): Wiring {
  const marks = new Map<object, Node>();
  /** What stands for a value inside a step, and the value. */
  const outside = new Map<Node, Node>();
  const shown = new Map<Node, Node>();
  const seen = new Set<Node>(outputs);
  const stack = [...outputs];
  const visit = (n: Node): void => {
    if (seen.has(n)) return;
    seen.add(n);
    stack.push(n);
  };
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (isMark(n)) marks.set(n.attrs, n);
    for (const x of n.inputs) visit(x);
    if (!isOp(n, scanOp)) continue;
    const { body, states, scanned, result } = n.attrs;
    shown.set(n, 'last' in result ? (body.outputs.get(`state/${result.last}`) as Node) : result.each);
    const first = { state: 0, x: states, captured: states + scanned };
    for (const inner of body.nodes) {
      visit(inner);
      if (!isOp(inner, inputOp)) continue;
      const [kind, at] = inner.attrs.name.split('/') as [keyof typeof first, string];
      outside.set(inner, n.inputs[first[kind] + Number(at)] as Node);
    }
    visit(shown.get(n) as Node);
  }
  const appliesLayers = memo((n: Node): boolean => {
    const result = shown.get(n);
    return result !== undefined && topologicalOrder([result]).some((x) => isMark(x) || appliesLayers(x));
  });
  return {
    sourcesOf(n) {
      const given = outside.get(n);
      if (given !== undefined) return [given];
      return appliesLayers(n) ? [shown.get(n) as Node] : n.inputs;
    },
    behind: (mark) => (marks.get(mark.attrs) ?? mark).inputs[0] as Node,
  };
}

function memo<T>(f: (n: Node) => T): (n: Node) => T {
  const known = new Map<Node, T>();
  return (n) => {
    const before = known.get(n);
    if (before !== undefined) return before;
    const value = f(n);
    known.set(n, value);
    return value;
  };
}
