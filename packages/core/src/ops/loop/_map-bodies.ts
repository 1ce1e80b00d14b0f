import { expectGraph, type Graph, graph, rewrite } from '../../ir/graph.ts';
import type { Node } from '../../ir/node.ts';
import { expectKind } from '../../options.ts';
import { loopsAmong, type ScanNode } from './_results.ts';
import type { ScanAttrs } from './scan.ts';

/**
 * `g` with `f` of the body of each loop. A body is given the outputs that are asked for, `each/0`, …, and no others; afterwards each loop has a
 * body of its own, in which all its results are.
 */
export function mapBodies(g: Graph, f: (body: Graph) => Graph): Graph {
  expectGraph('mapBodies', g);
  expectKind('what mapBodies does', f, 'function', '(body) => body');
  const changed = new Map<Node, ScanAttrs>();
  for (const loop of loopsAmong(g.nodes)) {
    const [{ attrs }] = loop as readonly [ScanNode];
    const kept = [...new Set(loop.flatMap(({ attrs: { result } }) => ('each' in result ? [result.each] : [])))];
    const states = [...attrs.body.outputs].filter(([name]) => name.startsWith('state/'));
    const body = f(graph(new Map([...states, ...kept.map((n, i) => [`each/${i}`, n] as const)])));
    for (const n of loop) {
      const { result } = n.attrs;
      const own = 'each' in result ? { each: body.outputs.get(`each/${kept.indexOf(result.each)}`) as Node } : result;
      changed.set(n, { ...n.attrs, body, result: own });
    }
  }
  if (changed.size === 0) return g;
  return rewrite(g, (n, original) => {
    const attrs = changed.get(original);
    return attrs === undefined ? null : { ...n, attrs };
  });
}
