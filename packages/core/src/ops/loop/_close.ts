import { graph, topologicalOrder } from '../../ir/graph.ts';
import { isOp, type Node, node } from '../../ir/node.ts';
import { constantOp } from '../leaf/constant.ts';
import { input } from '../leaf/input.ts';
import { broadcastToOp } from '../shape/broadcast-to.ts';
import type { ScanAttrs, ScanResult } from './scan.ts';
import { entryOf, scanOp } from './scan.ts';

/** A loop whose step is written with nodes: stand-ins for what it sees of states and of what is scanned, and with any other nodes. */
export interface OpenLoop {
  /** The states before the first step. */
  readonly init: readonly Node[];
  readonly scanned: readonly Node[];
  /** What stands for the states before a step, and for the entries of what is scanned. */
  readonly before: readonly Node[];
  readonly entries: readonly Node[];
  /** The states after a step. */
  readonly after: readonly Node[];
  /** What is kept of each step. */
  readonly kept: readonly Node[];
  readonly reverse: boolean;
}

/** The results of a loop. */
export interface ClosedLoop {
  readonly last: readonly Node[];
  readonly each: readonly Node[];
}

/** Constants up to this size stay in the body, where rules of ops may look at them. */
const LARGEST_CONSTANT = 64;

/**
 * Makes a loop of an open one. What does not depend on the step is computed once, outside, and captured; so are draws of random numbers, which
 * are the same at each step.
 */
export function closedLoop({ init, scanned, before, entries, after, kept, reverse }: OpenLoop): ClosedLoop {
  const roots = [...after, ...kept];
  const stands = new Map<Node, Node>();
  for (const [i, n] of before.entries()) stands.set(n, input(`state/${i}`, n.type.shape, n.type.dtype));
  for (const [i, n] of entries.entries()) {
    const { dtype, shape } = entryOf((scanned[i] as Node).type);
    stands.set(n, input(`x/${i}`, shape, dtype));
  }
  const order = topologicalOrder(roots, new Set(stands.keys()));
  const own = new Set<Node>(stands.keys());
  for (const n of order) if (n.inputs.some((x) => own.has(x))) own.add(n);

  const captured: Node[] = [];
  const capture = (n: Node): Node => {
    const known = stands.get(n);
    if (known !== undefined) return known;
    if (isSmallConstant(n)) return n;
    const stand = input(`captured/${captured.length}`, n.type.shape, n.type.dtype);
    captured.push(n);
    stands.set(n, stand);
    return stand;
  };
  for (const n of order) {
    if (!own.has(n)) continue;
    const inputs = n.inputs.map(capture);
    stands.set(n, { ...n, inputs });
  }
  const [next, each] = [after.map(capture), kept.map(capture)];
  const body = graph(
    new Map([...next.map((n, i) => [`state/${i}`, n] as const), ...each.map((n, i) => [`each/${i}`, n] as const)]),
  );
  const inputs = [...init, ...scanned, ...captured];
  const result = (r: ScanResult): Node => {
    const attrs: ScanAttrs = { body, states: init.length, scanned: scanned.length, reverse, result: r };
    return node(scanOp, inputs, attrs);
  };
  return { last: init.map((_, i) => result({ last: i })), each: each.map((n) => result({ each: n })) };
}

function isSmallConstant(n: Node): boolean {
  if (isOp(n, broadcastToOp)) return isSmallConstant(n.inputs[0] as Node);
  return isOp(n, constantOp) && n.attrs.value.data.length <= LARGEST_CONSTANT;
}
