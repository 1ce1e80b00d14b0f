import { sourcesFirst } from '../ir/graph.ts';
import { isOp, type Node } from '../ir/node.ts';
import { inputOp } from '../ops/leaf/input.ts';
import { loopsAmong } from '../ops/loop/_results.ts';
import { scanOp } from '../ops/loop/scan.ts';
import type { Edge, Item, Level, Origin, Wire } from './level.ts';
import type { Wiring } from './walk.ts';

/** An operation that a container computes by itself. */
export interface OwnOp {
  readonly node: Node;
  /** Where its operands come from, parameters and constants left out. */
  readonly from: readonly Origin[];
  readonly depth: number;
  /** How many items were there before it. */
  readonly at: number;
}

interface Parts {
  readonly items: readonly Item[];
  readonly ops: readonly OwnOp[];
  readonly wires: readonly Wire[];
}

/**
 * Joins operations that follow each other to one item, and makes edges of wires. Only operations behind equally many layers are joined, so that no way
 * leads from an item through a layer back into it.
 */
export function joinedOps(key: string, { items, ops, wires }: Parts, wiring: Wiring): Level {
  const groupOf = groupsOf(ops);
  // What no input has a part in is shown where a layer or an output takes it.
  const alone = new Set(
    wires.flatMap(({ origin: { source, carries } }) => ('op' in source && !carries ? [source.op] : [])),
  );
  const groups = new Map<number, OwnOp[]>();
  for (const [i, op] of ops.entries()) {
    if (op.from.length === 0 && !alone.has(i)) continue;
    const group = groups.get(groupOf(i));
    if (group === undefined) groups.set(groupOf(i), [op]);
    else group.push(op);
  }
  const placed = [
    ...items.map((item, i) => ({ item, id: `item ${i}`, at: i + 0.5 })),
    ...[...groups].map(([group, own], i) => ({
      item: { kind: 'ops', key: `${key}:op${i}`, ops: namesOf(own, wiring) } as const,
      id: `op ${group}`,
      at: (own[0] as OwnOp).at,
    })),
  ].sort((a, b) => a.at - b.at);
  const places = new Map(placed.map(({ id }, place) => [id, place]));
  const placeOf = (id: string): number => places.get(id) as number;

  const edges = new Map<string, Edge>();
  const addEdge = ({ source, type }: Origin, to: number, toPort: number): void => {
    const from = placeOf('op' in source ? `op ${groupOf(source.op)}` : `item ${source.item}`);
    const fromPort = 'op' in source ? 0 : source.port;
    if (from !== to) edges.set([from, fromPort, to, toPort].join(), { from, fromPort, to, toPort, type });
  };
  for (const [group, own] of groups)
    for (const { from } of own) for (const origin of from) addEdge(origin, placeOf(`op ${group}`), 0);
  for (const { origin, to, toPort } of wires) addEdge(origin, placeOf(`item ${to}`), toPort);
  return { items: placed.map(({ item }) => item), edges: [...edges.values()] };
}

/** The group of each operation: the number of the first one that belongs to it. */
function groupsOf(ops: readonly OwnOp[]): (i: number) => number {
  const parents = ops.map((_, i) => i);
  const top = (i: number): number => {
    let at = i;
    while (parents[at] !== at) at = parents[at] as number;
    parents[i] = at;
    return at;
  };
  const join = (a: number, b: number): void => {
    const [x, y] = [top(a), top(b)];
    parents[Math.max(x, y)] = Math.min(x, y);
  };
  for (const [i, { from, depth }] of ops.entries())
    for (const { source, depth: before } of from) if ('op' in source && before === depth) join(i, source.op);
  const at = new Map<Node, number>(ops.map(({ node }, i) => [node, i]));
  for (const loop of loopsAmong(ops.map(({ node }) => node))) {
    const [first, ...others] = loop.map((n) => at.get(n) as number);
    for (const other of others) if (ops[other]?.depth === ops[first as number]?.depth) join(first as number, other);
  }
  return top;
}

/** What a group does: its operations that compute, and where none does, those that put elements elsewhere. */
function namesOf(own: readonly OwnOp[], wiring: Wiring): readonly string[] {
  const [first] = own;
  if (first !== undefined && first.from.length === 0) {
    const leaves = sourcesFirst([first.node], wiring.sourcesOf).flatMap((n) =>
      isOp(n, inputOp) ? [n.attrs.name] : [],
    );
    return leaves.length === 0 ? ['constant'] : leaves;
  }
  const computing = own.filter(
    ({ node: { op } }) => op.flops !== undefined || op.elementwise === true || op.kind === 'composite',
  );
  return [...new Set((computing.length === 0 ? own : computing).map(({ node }) => nameOf(node)))];
}

function nameOf(n: Node): string {
  if (!isOp(n, scanOp)) return n.op.name;
  const steps = n.inputs[n.attrs.states]?.type.shape[0] as number;
  return steps < 0 ? 'scan' : `scan × ${steps}`;
}
