import { graph, topologicalOrder } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { isOp, type Node, node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { add } from '../ops/elementwise/add.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { input, inputOp } from '../ops/leaf/input.ts';
import { loopsAmong, type ScanNode } from '../ops/loop/_results.ts';
import { type ScanResult, scanOp } from '../ops/loop/scan.ts';
import { broadcastTo } from '../ops/shape/broadcast-to.ts';

/** A value in the step of a loop, and the loops around it, the outermost first: each stands in the step of the one before. */
export interface InLoop {
  readonly value: Node;
  readonly loops: readonly ScanNode[];
}

/** Everything that stands in the steps of loops among `nodes`. */
export function* valuesInLoops(nodes: readonly Node[], around: readonly ScanNode[] = []): Iterable<InLoop> {
  for (const [loop] of loopsAmong(nodes)) {
    const loops = [...around, loop as ScanNode];
    const inside = (loop as ScanNode).attrs.body.nodes;
    for (const value of inside) yield { value, loops };
    yield* valuesInLoops(inside, loops);
  }
}

/** How many steps each of the loops takes. */
export function timesOf({ loops }: InLoop): readonly number[] {
  return loops.map(timeOf);
}

/** How many they take together. */
export function stepsOf(one: InLoop): number {
  return timesOf(one).reduce((n, time) => n * time, 1);
}

function timeOf({ inputs, attrs }: ScanNode): number {
  return (inputs[attrs.states] as Node).type.shape[0] as number;
}

/** What `all` has of one step: its entry among those of all steps. */
export function atStep(all: NDArray, one: InLoop, step: number): NDArray {
  const { shape } = one.value.type;
  const size = numel(shape);
  return { dtype: all.dtype, shape, data: all.data.subarray(step * size, (step + 1) * size) } as NDArray;
}

/** In which order the entry of each step is computed, where the entries of all steps lie one behind the other. */
export function orderOf({ loops }: InLoop): readonly number[] {
  let order: readonly number[] = [0];
  for (const loop of loops) {
    const time = timeOf(loop);
    const steps = Array.from({ length: time }, (_, i) => (loop.attrs.reverse ? time - 1 - i : i));
    order = order.flatMap((before) => steps.map((step) => before * time + step));
  }
  return order;
}

/** The value at all steps, in float32, seen from outside: with an axis for the steps of each loop in front. */
export function atAllSteps({ value, loops }: InLoop): Node {
  return loops.reduceRight(
    (each, { inputs, attrs }) => node(scanOp, inputs, { ...attrs, result: { each } }),
    cast(value, 'float32'),
  );
}

/**
 * `root`, where a zero is added to each value at each step, and these zeros: the gradients for them are those for the values, which nobody outside of the
 * loop can ask for.
 */
export function tapped(root: Node, values: readonly InLoop[]): { readonly root: Node; readonly taps: readonly Node[] } {
  const taps = values.map((one) => broadcastTo(scalar(0), [...one.loops.map(timeOf), ...one.value.type.shape]));
  const [found] = withTaps(
    [root],
    values.map((one, i) => ({ ...one, tap: taps[i] as Node })),
  );
  return { root: found as Node, taps };
}

interface Tapped extends InLoop {
  readonly tap: Node;
}

function withTaps(roots: readonly Node[], values: readonly Tapped[]): readonly Node[] {
  const order = topologicalOrder(roots);
  const loopOf = new Map<Node, readonly ScanNode[]>();
  for (const loop of loopsAmong(order)) for (const n of loop) loopOf.set(n, loop);
  const changed = new Map<readonly ScanNode[], ((n: ScanNode, inputs: readonly Node[]) => Node) | null>();
  const made = new Map<Node, Node>();
  for (const n of order) {
    const inputs = n.inputs.map((x) => made.get(x) as Node);
    let now = inputs.every((x, i) => x === n.inputs[i]) ? n : { ...n, inputs };
    const loop = loopOf.get(n);
    if (loop !== undefined) {
      if (!changed.has(loop)) changed.set(loop, tappedLoop(loop, values));
      now = changed.get(loop)?.(n as ScanNode, inputs) ?? now;
    }
    for (const one of values) if (one.loops.length === 0 && one.value === n) now = add(now, one.tap);
    made.set(n, now);
  }
  return roots.map((n) => made.get(n) as Node);
}

/** What makes the results of a loop anew, which scans the taps, too; `null` where it has none. */
function tappedLoop(
  loop: readonly ScanNode[],
  values: readonly Tapped[],
): ((n: ScanNode, inputs: readonly Node[]) => Node) | null {
  const own = values.filter(({ loops }) => loop.includes(loops[0] as ScanNode));
  if (own.length === 0) return null;
  const [{ attrs }] = loop as readonly [ScanNode];
  const { body, states, scanned } = attrs;
  const kept = loop.flatMap(({ attrs: { result } }) => ('each' in result ? [result.each] : []));
  const inside = own.map(({ value, loops, tap }, i) => ({
    ...{ value, loops: loops.slice(1) },
    tap: input(`x/${scanned + i}`, tap.type.shape.slice(1)),
  }));
  const found = withTaps([...body.outputs.values(), ...kept], inside);
  const outputs = graph(new Map([...body.outputs.keys()].map((name, i) => [name, found[i] as Node])));
  const each = new Map(kept.map((n, i) => [n, found[body.outputs.size + i] as Node]));
  const entries = states + scanned;
  return ({ attrs: { result: before } }, inputs) => {
    const result: ScanResult = 'each' in before ? { each: each.get(before.each) as Node } : before;
    return node(scanOp, [...inputs.slice(0, entries), ...own.map(({ tap }) => tap), ...inputs.slice(entries)], {
      ...{ ...attrs, body: outputs, result },
      scanned: scanned + own.length,
    });
  };
}

/** What an input of the step of the innermost loop stands for, outside of it; `null` for a node that is none. */
export function standsFor(leaf: Node, { loops }: InLoop): Node | null {
  const loop = loops.at(-1);
  if (loop === undefined || !isOp(leaf, inputOp)) return null;
  const [kind, at] = leaf.attrs.name.split('/') as [string, string];
  const { states, scanned } = loop.attrs;
  const before = kind === 'state' ? 0 : kind === 'x' ? states : states + scanned;
  return loop.inputs[before + Number(at)] ?? null;
}
