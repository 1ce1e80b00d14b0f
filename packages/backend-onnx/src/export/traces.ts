import {
  type AnyLayer,
  forwardGraph,
  type Node,
  type OpenSampleType,
  type SampleType,
  type Tensors,
  type Tree,
} from '@descent/core';
import { type AxisSizes, atSizes, type Graph, leavesOf, type OpenAxis, sampleAt } from '@descent/core/backend';

/** A network's graph for one size of each open axis, the batch among them. */
export interface Trace {
  readonly sizes: AxisSizes;
  readonly graph: Graph;
  /** The layer that each node was made by. */
  readonly owners: ReadonlyMap<Node, Owner>;
}

export interface Owner {
  /** Empty for the whole network. */
  readonly path: string;
  readonly label: string;
}

export interface TracedNetwork {
  readonly model: AnyLayer;
  readonly sample: Tree<OpenSampleType>;
  /** Put before the names of parameters. */
  readonly prefix: string;
  /** Where in `model` the network is of which paths are told. Default: it is the whole. */
  readonly inside?: string;
}

/** The graph of the network at `sizes`. Throws what the network throws there, with the sizes. */
export function traceAt({ model, sample, prefix, inside = '' }: TracedNetwork, sizes: AxisSizes): Trace {
  const owners = new Map<Node, Owner>();
  const graph = atSizes(sizes, () =>
    forwardGraph(model, sampleAt(sample, sizes) as Tree<SampleType>, {
      prefix,
      batch: sizes['batch'] as number,
      observe: (path, { label }, input, output) => claim(owners, { path: below(inside, path), label }, input, output),
    }),
  );
  return { sizes, graph, owners };
}

function below(inside: string, path: string): string {
  if (inside === '') return path;
  return path === inside ? '' : path.startsWith(`${inside}.`) ? path.slice(inside.length + 1) : path;
}

/** Says for each node between `input` and `output` that `layer` made it, unless a layer inside it did. */
export function claim(owners: Map<Node, Owner>, layer: Owner, input: Tensors, output: Tensors): void {
  const given = new Set(leavesOf(input).map(([, node]) => node));
  const open = leavesOf(output).map(([, node]) => node);
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    if (given.has(n) || owners.has(n)) continue;
    owners.set(n, layer);
    open.push(...n.inputs);
  }
}

/** How many sizes of each axis are looked at. */
const VALUES = 4;
/** Sizes are taken from so many of the smallest. */
const CANDIDATES = 64;

/**
 * Sizes at which to trace a network: one of each axis; then others of one axis at a time, so that what changes is known to follow from it;
 * then others of all. No size is 1, and none is a number in `taken`, where that can be: sizes that are equal by chance look like one.
 * Another `attempt` gives other sizes.
 */
export function traceSizes(
  axes: readonly OpenAxis[],
  taken: ReadonlySet<number>,
  attempt: number,
): readonly AxisSizes[] {
  const used = new Set(taken);
  const values = axes.map((axis) => {
    const chosen = chooseSizes(axis, used, attempt);
    for (const size of chosen) used.add(size);
    return [axis.name, chosen] as const;
  });
  const at = (pick: (axis: number) => number): AxisSizes =>
    Object.fromEntries(values.map(([name, sizes], i) => [name, sizes[pick(i)] ?? (sizes[0] as number)]));
  const others = Array.from({ length: VALUES - 1 }, (_, i) => i + 1);
  const oneByOne = axes.flatMap((_, axis) => others.map((value) => at((i) => (i === axis ? value : 0))));
  const all = [at(() => 0), ...oneByOne, ...others.map((value) => at(() => value))];
  return [...new Map(all.map((sizes) => [JSON.stringify(sizes), sizes])).values()];
}

/** Sizes with all remainders by 4 among them, so that no rounding of a half or a quarter looks like a product. */
function chooseSizes({ min, max, multipleOf }: OpenAxis, taken: ReadonlySet<number>, attempt: number): number[] {
  const first = Math.max(Math.ceil(min / multipleOf), multipleOf === 1 ? 2 : 1);
  const last = Math.min(Math.floor(max / multipleOf), first + CANDIDATES - 1);
  const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  // Spread by the golden ratio, which repeats nothing.
  const spread = (n: number): number => (n * 0.618034 + attempt * 0.271) % 1;
  const rank = (n: number): number => (taken.has(n * multipleOf) ? 1 : 0);
  const order = all.toSorted((a, b) => rank(a) - rank(b) || spread(a) - spread(b));
  const chosen: number[] = [];
  for (let remainder = 0; remainder < VALUES; remainder++) {
    const fitting = order.filter((n) => !chosen.includes(n));
    const next = fitting.find((n) => n % VALUES === remainder && rank(n) === 0) ?? fitting[0];
    if (next !== undefined) chosen.push(next);
  }
  const sizes = chosen.map((n) => n * multipleOf);
  return sizes.length >= 2 ? sizes : [...sizes, min];
}

/** What is made for one length, such as a window of attention, is mostly shorter; a table of pairs still takes no time. */
const FAR = 509;

/**
 * Traces far beyond the sizes of `near`, of one axis at a time: constants that were made on the host look like others at small sizes, such as a window of
 * attention like a causal mask. Where the network cannot be that long, or does other operations there, such as those that an import does ahead up to some
 * number of elements, half of it is tried.
 */
export function farTraces(
  at: (sizes: AxisSizes) => Trace,
  axes: readonly OpenAxis[],
  near: readonly Trace[],
): readonly Trace[] {
  const [first] = near as readonly [Trace];
  return axes.flatMap(({ name, max, multipleOf }) => {
    const largest = Math.max(...near.map(({ sizes }) => sizes[name] as number));
    for (let size = Math.min(max, FAR); ; size /= 2) {
      const whole = Math.floor(size / multipleOf) * multipleOf;
      if (whole <= largest) return [];
      const far = traceOrNull(at, { ...first.sizes, [name]: whole });
      if (far !== null && isAlike(far, first)) return [far];
    }
  });
}

function traceOrNull(at: (sizes: AxisSizes) => Trace, sizes: AxisSizes): Trace | null {
  try {
    return at(sizes);
  } catch {
    // A table of positions may end before.
    return null;
  }
}

/** Whether the operations are the same; what they are applied to is another question. */
function isAlike(a: Trace, b: Trace): boolean {
  return (
    a.graph.nodes.length === b.graph.nodes.length &&
    a.graph.nodes.every(({ op }, i) => op.name === b.graph.nodes[i]?.op.name)
  );
}

/** The graph of a trace, whose nodes say which layer they come from. */
export function withOrigins({ graph: { nodes, outputs }, owners }: Trace): Graph {
  const told = new Map<Node, Node>();
  for (const n of nodes) {
    const inputs = n.inputs.map((x) => told.get(x) as Node);
    told.set(n, { ...n, inputs, origin: owners.get(n)?.path ?? '' });
  }
  return {
    nodes: nodes.map((n) => told.get(n) as Node),
    outputs: new Map([...outputs].map(([name, n]) => [name, told.get(n) as Node])),
  };
}
