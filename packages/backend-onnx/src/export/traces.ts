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
  /** The layer that each node was made by, for people. */
  readonly owners: ReadonlyMap<Node, string>;
}

export interface TracedNetwork {
  readonly model: AnyLayer;
  readonly sample: Tree<OpenSampleType>;
  /** Put before the names of parameters. */
  readonly prefix: string;
}

/** The graph of the network at `sizes`. Throws what the network throws there, with the sizes. */
export function traceAt({ model, sample, prefix }: TracedNetwork, sizes: AxisSizes): Trace {
  const owners = new Map<Node, string>();
  const graph = atSizes(sizes, () =>
    forwardGraph(model, sampleAt(sample, sizes) as Tree<SampleType>, {
      prefix,
      batch: sizes['batch'] as number,
      observe: (path, { label }, input, output) => claim(owners, `${path} ${label}`.trim(), input, output),
    }),
  );
  return { sizes, graph, owners };
}

/** Says for each node between `input` and `output` that `layer` made it, unless a layer inside it did. */
function claim(owners: Map<Node, string>, layer: string, input: Tensors, output: Tensors): void {
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
