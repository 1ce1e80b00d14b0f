import { type Graph, rewrite } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import type { Op } from '../ir/op.ts';
import { constantOp } from '../ops/leaf/constant.ts';

/** Common subexpressions: nodes with the same op, attributes and inputs become one. */
export function share(g: Graph): Graph {
  const ids = new Map<Node | Op | Graph, number>();
  const known = new Map<string, Node>();
  const idOf = (x: Node | Op | Graph): number => {
    const id = ids.get(x) ?? ids.size;
    ids.set(x, id);
    return id;
  };
  return rewrite(g, (n) => {
    const attrs = attrsKey(n, idOf);
    if (attrs === null) return null;
    const inputs = n.inputs.map(idOf);
    if (n.op.commutative === true) inputs.sort((a, b) => a - b);
    const key = `${idOf(n.op)}(${inputs.join()})${attrs}`;
    const same = known.get(key);
    if (same === undefined) known.set(key, n);
    return same ?? null;
  });
}

/** JSON would turn NaN and both infinities into null, and -0 into 0. Graphs and nodes in attributes are what they are: the same only as themselves. */
function exactly(idOf: (x: Node | Graph) => number): (key: string, v: unknown) => unknown {
  return (_, v) => {
    if (typeof v === 'number') return formatNumber(v);
    return typeof v === 'object' && v !== null && ('op' in v || 'nodes' in v) ? `#${idOf(v as Node | Graph)}` : v;
  };
}

/** Large constants are compared by identity only: hashing a data set costs more than a second copy of its node. */
const LARGEST_CONSTANT = 64;

function attrsKey(n: Node, idOf: (x: Node | Graph) => number): string | null {
  if (n.op !== constantOp) return JSON.stringify(n.attrs, exactly(idOf));
  const { dtype, shape, data } = (n.attrs as { value: NDArray }).value;
  return data.length > LARGEST_CONSTANT ? null : `${dtype}[${shape.join()}]:${Array.from(data, formatNumber).join()}`;
}

function formatNumber(v: number): string {
  return Object.is(v, -0) ? '-0' : String(v);
}
