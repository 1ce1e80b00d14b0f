import { type Node, node } from '../ir/node.ts';
import type { CompositeOp } from '../ir/op.ts';
import { leavesOf, mapTree, type Tensors, type Tree } from '../ir/tree.ts';
import type { AnyLayer, LayerContext } from '../layers/layer.ts';
import { joined } from '../model/_tree.ts';
import { atAnyBatch, forwardGraph, type SampleType } from '../model/forward.ts';

/** One application of a layer. A layer that is applied twice has two. */
export interface Call {
  readonly path: string;
  /** The path, and from the second call on its number: `encode#2`. */
  readonly key: string;
  readonly layer: AnyLayer;
  readonly parent: Call | null;
  /** What was applied inside, in order. */
  readonly calls: Call[];
  /** Whether a call before this one has used the same weights. */
  readonly isAgain: boolean;
  inputs: readonly Port[];
  outputs: readonly Port[];
}

/** A tensor that a call takes or gives. */
export interface Port {
  /** What the call calls it: none where it is the only one, several where one tensor comes under several names. */
  readonly names: readonly string[];
  /** Its mark; of the whole network, the input or output itself. */
  readonly node: Node;
}

export interface MarkAttrs {
  readonly call: Call;
  readonly side: 'in' | 'out';
  readonly port: number;
}

/**
 * Gives what it takes. One stands in front of and behind each call, so that the graph says what each layer is given, by which way, and what becomes of
 * what it gives, even where a layer does nothing. Its attributes stay the same where a loop makes its step anew, its node does not.
 */
export const markOp: CompositeOp<'mark', MarkAttrs> = {
  kind: 'composite',
  name: 'mark',
  infer: ([x]) => x as Node['type'],
  decompose: ([x]) => x as Node,
};

/** Applies the network once and notes each call. Throws what the network throws. */
export function traced(model: AnyLayer, sample: Tree<SampleType>): Call {
  return atAnyBatch((batch) => tracedAt(batch, model, sample));
}

function tracedAt(batch: number, model: AnyLayer, sample: Tree<SampleType>): Call {
  const times = new Map<string, number>();
  const callOf = (path: string, layer: AnyLayer, parent: Call | null): Call => {
    const time = 1 + (times.get(path) ?? 0);
    times.set(path, time);
    const key = time === 1 ? path : `${path}#${time}`;
    const call = { path, key, layer, parent, calls: [], isAgain: time > 1, inputs: [], outputs: [] };
    parent?.calls.push(call);
    return call;
  };
  const watched = (layer: AnyLayer, call: Call): AnyLayer => ({
    ...layer,
    apply: (x, context) => layer.apply(x, { ...context, applyChild: childOf(call, context) } as LayerContext),
  });
  const childOf =
    (parent: Call, context: LayerContext) =>
    (name: string, layer: AnyLayer, x: Tensors, weights?: ReadonlyMap<string, Node>): Tensors => {
      const call = callOf(joined(parent.path, name), layer, parent);
      const given = marked(call, 'in', x);
      call.inputs = given.ports;
      const { tensors, ports } = marked(
        call,
        'out',
        context.applyChild(name, watched(layer, call), given.tensors, weights),
      );
      call.outputs = ports;
      return tensors;
    };
  const root = callOf('', model, null);
  forwardGraph(model === undefined ? model : watched(model, root), sample, {
    batch,
    observe(path, _, input, output) {
      if (path !== '') return;
      root.inputs = portsOf(input);
      root.outputs = portsOf(output);
    },
  });
  return root;
}

/** The network's own inputs and outputs have no marks. */
function portsOf(tensors: Tensors): readonly Port[] {
  return leavesOf(tensors).map(([name, n]) => ({ names: name === '' ? [] : [name], node: n }));
}

/** `tensors`, each behind a mark; one tensor that comes under several names has one. */
function marked(call: Call, side: MarkAttrs['side'], tensors: Tensors): { tensors: Tensors; ports: readonly Port[] } {
  // What is no tensor is the layer's to complain about.
  if (typeof tensors !== 'object' || tensors === null) return { tensors, ports: [] };
  const found = new Map<Node, { readonly names: string[]; readonly node: Node }>();
  const markOf = (n: Node, name: string): Node => {
    const known = found.get(n) ?? { names: [], node: node(markOp, [n], { call, side, port: found.size }) };
    found.set(n, known);
    if (name !== '') known.names.push(name);
    return known.node;
  };
  const after = mapTree(tensors, (n, name) => (isTensor(n) ? markOf(n, name) : n));
  return { tensors: after, ports: [...found.values()] };
}

function isTensor(x: unknown): boolean {
  return typeof (x as Node | null | undefined)?.type?.shape === 'object';
}
