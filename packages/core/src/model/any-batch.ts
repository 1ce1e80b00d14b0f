import type { Graph } from '../ir/graph.ts';
import { isOp, type Node } from '../ir/node.ts';
import { DYNAMIC } from '../ir/shape.ts';
import { constantOp } from '../ops/leaf/constant.ts';
import { type ScanAttrs, scanOp } from '../ops/loop/scan.ts';

/** Attributes that are sizes of tensors, where the batch may stand. */
const SIZES: readonly string[] = ['shape', 'size', 'starts', 'ends'];

/**
 * Whether `open`, a graph whose batch is `DYNAMIC`, is `fixed`, the graph of the same function for `batch` samples, but for that size. It is
 * not where the function computes with the size as a number, such as a mean that divides by it: -1 stands for no number.
 */
export function isForAnyBatch(open: Graph, fixed: Graph, batch: number): boolean {
  if (open.nodes.length !== fixed.nodes.length) return false;
  const places = new Map<Node, number>(open.nodes.map((n, i) => [n, i]));
  const fixedPlaces = new Map<Node, number>(fixed.nodes.map((n, i) => [n, i]));
  return open.nodes.every((n, i) => {
    const m = fixed.nodes[i] as Node;
    if (n.op.name !== m.op.name || n.inputs.length !== m.inputs.length) return false;
    if (n.inputs.some((x, j) => places.get(x) !== fixedPlaces.get(m.inputs[j] as Node))) return false;
    if (isOp(n, constantOp) && isOp(m, constantOp)) return isSame(n.attrs.value, m.attrs.value);
    if (isOp(n, scanOp) && isOp(m, scanOp)) return isSameLoop(n.attrs, m.attrs, batch);
    return Object.entries(n.attrs).every(([name, value]) => {
      const other = (m.attrs as Readonly<Record<string, unknown>>)[name];
      return isSame(value, other, SIZES.includes(name) ? batch : undefined);
    });
  });
}

function isSameLoop(a: ScanAttrs, b: ScanAttrs, batch: number): boolean {
  const { body, result, ...rest } = a;
  const { body: fixed, result: other, ...others } = b;
  if (!isSame(rest, others) || !isForAnyBatch(body, fixed, batch)) return false;
  if ('last' in result) return isSame(result, other);
  return 'each' in other && body.nodes.indexOf(result.each) === fixed.nodes.indexOf(other.each);
}

/** Whether two attributes are equal; `DYNAMIC` in the first may be `batch` in the second. */
function isSame(a: unknown, b: unknown, batch?: number): boolean {
  if (Object.is(a, b) || (batch !== undefined && a === DYNAMIC && b === batch)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    const [x, y] = [a, b] as unknown as readonly [ArrayLike<unknown>, ArrayLike<unknown>];
    if (x.length !== y.length) return false;
    for (let i = 0; i < x.length; i++) if (!isSame(x[i], y[i], batch)) return false;
    return true;
  }
  const [names, others] = [Object.keys(a), Object.keys(b)];
  return names.length === others.length && names.every((k) => isSame(a[k as never], b[k as never], batch));
}
