import { expanded } from '../ir/expand.ts';
import { topologicalOrder } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { loopsAmong } from '../ops/loop/_results.ts';

/**
 * Floating-point operations of nodes whose shapes are concrete; of a composite those of what it decomposes into, of a loop those of a step, as often as it
 * is taken.
 */
export function flopsIn(nodes: readonly Node[]): number {
  const loops = loopsAmong(nodes);
  const results = new Set<Node>(loops.flat());
  const once = nodes.reduce((sum, n) => (results.has(n) ? sum : sum + flopsOf(n)), 0);
  return loops.reduce((sum, loop) => {
    const [{ inputs, attrs }] = loop as readonly [(typeof loop)[number]];
    const kept = loop.flatMap(({ attrs: { result } }) => ('each' in result ? [result.each] : []));
    const step = topologicalOrder([...attrs.body.outputs.values(), ...kept]);
    return sum + ((inputs[attrs.states] as Node).type.shape[0] as number) * flopsIn(step);
  }, once);
}

function flopsOf(n: Node): number {
  const { op, attrs, type } = n;
  const inputs = n.inputs.map((x) => x.type);
  if (op.flops !== undefined) return op.flops(inputs, type, attrs);
  if (op.kind === 'composite') return flopsIn(topologicalOrder([expanded(op, n, () => true)], new Set(n.inputs)));
  return op.elementwise === true ? numel(type.shape) : 0;
}
