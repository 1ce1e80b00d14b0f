import { sourcesFirst } from '../ir/graph.ts';
import { isOp, type Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { inputOp } from '../ops/leaf/input.ts';
import type { Words } from './describe.ts';
import { joinedOps, type OwnOp } from './own-ops.ts';
import type { Call } from './trace.ts';
import { isMark, type Mark, type Wiring } from './walk.ts';

/** One thing in a picture. */
export type Item =
  | {
      readonly kind: 'entry' | 'exit';
      readonly key: string;
      readonly names: readonly string[];
      readonly type: TensorType;
    }
  | { readonly kind: 'call'; readonly key: string; readonly call: Call; readonly count: number }
  /** What is no layer: of a picture that is not of a network of Descent. */
  | { readonly kind: 'box'; readonly key: string; readonly words: Words; readonly end: 'entry' | 'exit' | null }
  /** What a container computes by itself, between its layers. */
  | { readonly kind: 'ops'; readonly key: string; readonly ops: readonly string[] }
  /** Several things that stand there `count` times, one time behind the other. */
  | { readonly kind: 'repeat'; readonly key: string; readonly count: number; readonly level: Level };

/** A tensor that goes from one thing to another. */
export interface Edge {
  readonly from: number;
  /** Which of the outputs of `from`. */
  readonly fromPort: number;
  readonly to: number;
  /** Which of the inputs of `to`. */
  readonly toPort: number;
  /** What is said about it where someone points at it; null where nothing is known. */
  readonly type: TensorType | null;
}

/** Things in the order in which they are computed, and what goes between them. */
export interface Level {
  readonly items: readonly Item[];
  readonly edges: readonly Edge[];
}

/** The insides of each call. */
export function levelsIn(root: Call, wiring: Wiring): ReadonlyMap<Call, Level> {
  const levels = new Map<Call, Level>();
  const captured = new Map<Call, readonly Node[]>();
  const visit = (call: Call): void => {
    for (const inner of call.calls) visit(inner);
    const { level, taken } = levelOf(call, wiring, (inner) => captured.get(inner) ?? []);
    levels.set(call, level);
    captured.set(call, taken);
  };
  visit(root);
  return levels;
}

/** The network as one thing, between its inputs and its outputs. */
export function outermost(root: Call): Level {
  const entries = root.inputs.map((port, i) => end('entry', root, i, port));
  const exits = root.outputs.map((port, i) => end('exit', root, i, port));
  const at = entries.length;
  return {
    items: [...entries, { kind: 'call', key: root.key, call: root, count: 1 }, ...exits],
    edges: [
      ...entries.map(({ type }, i) => ({ from: i, fromPort: 0, to: at, toPort: i, type })),
      ...exits.map(({ type }, i) => ({ from: at, fromPort: i, to: at + 1 + i, toPort: 0, type })),
    ],
  };
}

function end<K extends 'entry' | 'exit'>(kind: K, { key }: Call, at: number, { names, node }: Call['inputs'][number]) {
  return { kind, key: `${key}:${kind}${at}`, names, type: node.type } as const;
}

/** Where a value comes from: an output of an item, or an operation of the container itself. */
export interface Origin {
  readonly source: { readonly item: number; readonly port: number } | { readonly op: number };
  /** How many layers lie on the longest way to here. */
  readonly depth: number;
  /** Whether anything that comes in has a part in it: parameters alone have none. */
  readonly carries: boolean;
  readonly type: TensorType;
}

/** What goes to an item. */
export interface Wire {
  readonly origin: Origin;
  readonly to: number;
  readonly toPort: number;
}

/**
 * What lies directly inside `call`, and the values from outside that it takes without being given them: functions of JavaScript may close over tensors.
 * Each layer and output is followed back through the graph to the marks that its values come from.
 */
function levelOf(
  call: Call,
  wiring: Wiring,
  capturedBy: (inner: Call) => readonly Node[],
): { readonly level: Level; readonly taken: readonly Node[] } {
  const items: Item[] = [];
  const ops: OwnOp[] = [];
  const wires: Wire[] = [];
  const taken = new Map<object, Node>();
  const origins = new Map<Node, Origin>();
  const entries = new Map<object | number, Origin>();
  const inside = new Map<Call, { readonly item: number; readonly depth: number }>();

  const addItem = (item: Item): number => items.push(item) - 1;
  const addEntry = (key: object | number, port: Call['inputs'][number]): Origin => {
    const source = { item: addItem(end('entry', call, entries.size, port)), port: 0 };
    const origin: Origin = { source, depth: 0, carries: true, type: port.node.type };
    entries.set(key, origin);
    return origin;
  };
  for (const [i, port] of call.inputs.entries()) {
    const origin = addEntry(i, port);
    if (!isMark(port.node)) origins.set(port.node, origin);
  }

  /** `null` for a mark of which nothing is known here but what goes into it. */
  const markOrigin = (mark: Mark): Origin | null => {
    const { call: owner, side, port } = mark.attrs;
    if (owner === call) return entries.get(port) as Origin;
    const child = childTowards(call, owner);
    if (child === null) {
      taken.set(mark.attrs, mark);
      return entries.get(mark.attrs) ?? addEntry(mark.attrs, { names: [], node: mark });
    }
    const known = inside.get(child);
    if (known === undefined) return null;
    // What lies deeper has been closed over by a function, and has no port.
    const source = { item: known.item, port: owner === child && side === 'out' ? port : 0 };
    return { source, depth: known.depth, carries: true, type: mark.type };
  };
  const sourcesOf = (n: Node): readonly Node[] => (isMark(n) && markOrigin(n) !== null ? [] : wiring.sourcesOf(n));
  const made = (n: Node): Origin => {
    const known = isMark(n) ? markOrigin(n) : null;
    if (known !== null) return known;
    const before = sourcesOf(n).map((x) => origins.get(x) as Origin);
    // A mark that says nothing here, and what stands in the step of a loop for a value outside, are that value.
    if (isMark(n) || (isOp(n, inputOp) && before.length === 1)) return before[0] as Origin;
    const from = before.filter(({ carries }) => carries);
    const depth = Math.max(0, ...from.map((origin) => origin.depth));
    const op = ops.push({ node: n, from, depth, at: items.length }) - 1;
    return { source: { op }, depth, carries: from.length > 0, type: n.type };
  };
  const originOf = (value: Node): Origin => {
    for (const n of sourcesFirst([value], sourcesOf, origins)) origins.set(n, made(n));
    return origins.get(value) as Origin;
  };

  for (const inner of call.calls) {
    const given = inner.inputs.map(({ node }) => wiring.behind(node as Mark));
    const from = [...given, ...capturedBy(inner)].map(originOf);
    const item = addItem({ kind: 'call', key: inner.key, call: inner, count: 1 });
    wires.push(...from.map((origin, toPort) => ({ origin, to: item, toPort })));
    inside.set(inner, { item, depth: 1 + Math.max(0, ...from.map(({ depth }) => depth)) });
  }
  for (const [i, port] of call.outputs.entries()) {
    const isOwn = isMark(port.node) && port.node.attrs.call === call;
    const origin = originOf(isOwn ? wiring.behind(port.node as Mark) : port.node);
    wires.push({ origin, to: addItem(end('exit', call, i, port)), toPort: 0 });
  }
  return { level: joinedOps(call.key, { items, ops, wires }, wiring), taken: [...taken.values()] };
}

/** The call directly inside `container` in which `call` lies; null for one that lies elsewhere. */
function childTowards(container: Call, call: Call): Call | null {
  for (let at: Call = call; at.parent !== null; at = at.parent) if (at.parent === container) return at;
  return null;
}
