import { DescentError } from '../errors.ts';
import { expectGraph, type Graph } from './graph.ts';
import { printGraph } from './print.ts';
import { sameShape } from './shape.ts';

/** Throws unless every node's recorded type is what its op infers and every input comes before its users; in graphs that nodes hold, too. */
export function verify(g: Graph): void {
  expectGraph('verify', g);
  const seen = new Set<unknown>();
  const bodies = new Set(g.nodes.flatMap((n) => n.op.body?.(n.attrs) ?? []));
  for (const body of bodies) verify(body);
  for (const n of g.nodes) {
    const late = n.inputs.find((x) => !seen.has(x));
    const inferred = n.op.infer(
      n.inputs.map((x) => x.type),
      n.attrs,
    );
    const wrongType = inferred.dtype !== n.type.dtype || !sameShape(inferred.shape, n.type.shape);
    if (late !== undefined || wrongType) {
      throw new DescentError(`the graph is broken at ${n.op.name}: this is a bug in Descent or in a custom op`, {
        received: wrongType ? JSON.stringify(n.type) : 'an input that is not in the graph before its user',
        expected: wrongType ? JSON.stringify(inferred) : 'nodes in topological order',
        fix: `report it together with this graph:\n${printGraph(g)}`,
      });
    }
    seen.add(n);
  }
}
