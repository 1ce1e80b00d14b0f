import { expanded } from '../ir/expand.ts';
import { topologicalOrder } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';

/** Floating-point operations of one node, whose shapes are concrete; of a composite those of what it decomposes into. */
export function flopsOf(n: Node): number {
  const { op, attrs, type } = n;
  const inputs = n.inputs.map((x) => x.type);
  if (op.flops !== undefined) return op.flops(inputs, type, attrs);
  if (op.kind === 'composite') {
    const inner = topologicalOrder([expanded(op, n, () => true)], new Set(n.inputs));
    return inner.reduce((sum, one) => sum + flopsOf(one), 0);
  }
  return op.elementwise === true ? numel(type.shape) : 0;
}
