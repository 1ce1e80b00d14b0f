import { type Graph, rewrite } from '../ir/graph.ts';
import { isOp, type Node } from '../ir/node.ts';
import { sameShape } from '../ir/shape.ts';
import { broadcastToOp } from '../ops/shape/broadcast-to.ts';

/** Applies each op's own `simplify` rule bottom-up, and lets elementwise ops broadcast by themselves. */
export function simplify(g: Graph): Graph {
  return rewrite(g, (n) => {
    const simplified = simplifyNode(n);
    return simplified === n ? null : simplified;
  });
}

function simplifyNode(start: Node): Node {
  let n = start;
  for (;;) {
    const next = n.op.simplify?.(n) ?? withoutBroadcasts(n);
    if (next === null) return n;
    n = next;
  }
}

/** `x + broadcastTo(y)` is `x + y` when the result has the same shape: elementwise ops broadcast anyway. */
function withoutBroadcasts(n: Node): Node | null {
  if (n.op.elementwise !== true) return null;
  for (const [i, x] of n.inputs.entries()) {
    if (!isOp(x, broadcastToOp)) continue;
    const inputs = n.inputs.with(i, x.inputs[0] as Node);
    const type = n.op.infer(
      inputs.map((y) => y.type),
      n.attrs,
    );
    if (sameShape(type.shape, n.type.shape)) return { ...n, inputs };
  }
  return null;
}
