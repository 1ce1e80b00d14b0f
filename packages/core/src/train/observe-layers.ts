import { type Graph, topologicalOrder } from '../ir/graph.ts';
import { isOp, type Node, node } from '../ir/node.ts';
import type { CompositeOp } from '../ir/op.ts';
import { leavesOf, mapTree, type Tensors } from '../ir/tree.ts';
import { type AnyLayer, applyLayer, type LayerContext } from '../layers/layer.ts';
import { knownAsOp } from '../ops/composite/known-as.ts';
import { inputOp } from '../ops/leaf/input.ts';
import { loopsAmong, type ScanNode } from '../ops/loop/_results.ts';
import type { ScanAttrs } from '../ops/loop/scan.ts';
import { atAllSteps, type InLoop, valuesInLoops } from './in-loops.ts';

/** A layer's output as a node, and where it came from. */
export interface ObservedOutput {
  readonly path: string;
  readonly label: string;
  /** Which output, or which state of the layer's loop. */
  readonly of: string;
  /** Of a value in a loop: that of all steps. */
  readonly node: Node;
  /** What came into the layer. */
  readonly given: readonly Node[];
  readonly inLoop: InLoop | null;
}

/** A layer in the body of a loop, which gives something else at each step of it. */
export interface LayerInLoop {
  readonly path: string;
  readonly label: string;
}

export interface ObservedLayers {
  readonly output: Tensors;
  /** Outputs of layers without layers inside, and states of loops after each step, in order of computation. */
  readonly observed: readonly ObservedOutput[];
  /** Layers in loops whose output nothing needs. */
  readonly unseen: readonly LayerInLoop[];
}

/** Applies the network in training, and notes what its layers give: also of those in the steps of loops. */
export function observeLayers(model: AnyLayer, x: Tensors, parameters: ReadonlyMap<string, Node>): ObservedLayers {
  const known = new Set([...leavesOf(x).map(([, n]) => n), ...parameters.values()]);
  const first = applied(model, x, parameters, new Set());
  const hidden = hiddenAmong(first, known);
  const hasLoops = hidden.size > 0 || first.order.some(({ op }) => op.body !== undefined);
  if (!hasLoops) return { output: first.output, observed: first.rows, unseen: [] };
  const marked = hidden.size === 0 ? first : applied(model, x, parameters, hidden);
  const places = new Map<unknown, InLoop>();
  const chains = new Map<unknown, InLoop['loops']>();
  for (const one of valuesInLoops(marked.order)) {
    if (isOp(one.value, markOp)) places.set(one.value.attrs, one);
    chains.set(one.loops.at(-1)?.attrs.body, one.loops);
  }
  const named = recurrentCalls(marked.order);
  const unseen = new Map<string, LayerInLoop>();
  const observed = inOrder(marked).flatMap((row): readonly ObservedOutput[] => {
    if (row.bodies.length > 0) return statesOf(row, chains, named);
    if (!isOp(row.node, markOp)) return [row];
    const inLoop = places.get(row.node.attrs);
    if (inLoop !== undefined) return [{ ...row, node: atAllSteps(inLoop), inLoop }];
    unseen.set(row.path, { path: row.path, label: row.label });
    return [];
  });
  return { output: marked.output, observed, unseen: [...unseen.values()] };
}

interface Row extends ObservedOutput {
  /** Which application of a layer without layers inside, from 0. */
  readonly call: number;
  /** Of a row that stands for the states of loops: their bodies. */
  readonly bodies: readonly Graph[];
}

interface Applied {
  readonly output: Tensors;
  readonly rows: readonly Row[];
  /** Everything that the output needs. */
  readonly order: readonly Node[];
}

/**
 * Gives what it takes: a loop makes the nodes of its step anew, and this one keeps its attributes.
 */
const markOp: CompositeOp<'seen', { readonly call: number }> = {
  kind: 'composite',
  name: 'seen',
  infer: ([x]) => x as Node['type'],
  decompose: ([x]) => x as Node,
};

/** `marks` are the calls of layers without layers inside, from 0, whose outputs are marked. */
function applied(
  model: AnyLayer,
  x: Tensors,
  parameters: ReadonlyMap<string, Node>,
  marks: ReadonlySet<number>,
): Applied {
  let call = 0;
  const watched = (layer: AnyLayer): AnyLayer => ({
    ...layer,
    apply(given, context) {
      const made = layer.apply(given, {
        ...context,
        applyChild: (name, child, ...rest) => context.applyChild(name, watched(child), ...rest),
      } as LayerContext) as Tensors;
      if (layer.children !== undefined) return made;
      const own = call++;
      return marks.has(own) ? (mapTree(made, (n) => node(markOp, [n], { call: own })) as Tensors) : made;
    },
  });
  const rows: Row[] = [];
  const claimed = new Set<Graph>();
  let seen = 0;
  const output = applyLayer(marks.size === 0 ? model : watched(model), x, parameters, {
    training: true,
    observe(path, layer, input, made) {
      const given = leavesOf(input).map(([, n]) => n);
      const outputs = leavesOf(made);
      const inside = topologicalOrder(
        outputs.map(([, n]) => n),
        new Set(given),
      );
      const bodies = loopsAmong(inside)
        .map(([loop]) => (loop as ScanNode).attrs.body)
        .filter((body) => !claimed.has(body));
      for (const body of bodies) claimed.add(body);
      const row = { path, label: layer.label, given, inLoop: null, call: -1, bodies: [] };
      const [[, first] = []] = outputs;
      if (first !== undefined && bodies.length > 0) rows.push({ ...row, of: '', node: first, bodies });
      if (layer.children !== undefined) return;
      const call = seen++;
      for (const [of, n] of outputs) rows.push({ ...row, of, node: n, call });
    },
  }) as Tensors;
  return { output, rows, order: topologicalOrder(leavesOf(output).map(([, n]) => n)) };
}

/** The calls of which the output depends on inputs that nobody feeds: they stand in the step of a loop. */
function hiddenAmong({ rows }: Applied, known: ReadonlySet<Node>): ReadonlySet<number> {
  const inside = new Set<Node>();
  for (const n of topologicalOrder(rows.map((row) => row.node)))
    if ((n.op === inputOp && !known.has(n)) || n.inputs.some((x) => inside.has(x))) inside.add(n);
  return new Set(rows.filter(({ call, node: n }) => call >= 0 && inside.has(n)).map(({ call }) => call));
}

/** A layer with others inside is noted behind them: what its loops give is moved in front of those that use it. */
function inOrder({ rows, order }: Applied): readonly Row[] {
  const positions = new Map<unknown, number>();
  for (const [i, n] of order.entries()) {
    positions.set(n, i);
    const body = n.op.body?.(n.attrs);
    if (body !== undefined && !positions.has(body)) positions.set(body, i);
  }
  const ordered: Row[] = [];
  for (const row of rows) {
    const at = positions.get(row.bodies[0]);
    const user = at === undefined ? -1 : ordered.findIndex(({ node: n }) => (positions.get(n) ?? -1) > at);
    ordered.splice(user === -1 ? ordered.length : user, 0, row);
  }
  return ordered;
}

/** What the loops of recurrent layers compute, by their bodies. */
function recurrentCalls(order: readonly Node[]): ReadonlyMap<unknown, string> {
  const calls = new Map<unknown, string>();
  const note = (n: Node): void => {
    if (isOp(n, knownAsOp)) calls.set((n.inputs[0]?.attrs as Partial<ScanAttrs> | undefined)?.body, n.attrs.known.call);
  };
  for (const n of order) note(n);
  for (const { value } of valuesInLoops(order)) note(value);
  return calls;
}

const STATES: Readonly<Record<string, readonly string[]>> = { lstm: ['h', 'c'], gru: ['h'] };

function statesOf(
  { path, label, given, bodies }: Row,
  chains: ReadonlyMap<unknown, InLoop['loops']>,
  calls: ReadonlyMap<unknown, string>,
): readonly ObservedOutput[] {
  return bodies.flatMap((body, at) => {
    const loops = chains.get(body);
    if (loops === undefined) return [];
    const { states } = (loops.at(-1) as ScanNode).attrs;
    return Array.from({ length: states }, (_, i) => {
      const inLoop = { value: body.outputs.get(`state/${i}`) as Node, loops };
      const name = STATES[calls.get(body) ?? '']?.[i] ?? (states === 1 ? '' : String(i + 1));
      const of = `state ${name}`.trim() + (bodies.length === 1 ? '' : ` of loop ${at + 1}`);
      return { path, label, of, node: atAllSteps(inLoop), given, inLoop };
    });
  });
}
