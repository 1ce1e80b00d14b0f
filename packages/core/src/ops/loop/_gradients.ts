import { isFloat } from '../../ir/dtype.ts';
import { type Graph, substituted, topologicalOrder } from '../../ir/graph.ts';
import { isOp, type Node, node } from '../../ir/node.ts';
import type { Op, Pullback } from '../../ir/op.ts';
import { addOp } from '../elementwise/add.ts';
import { castOp } from '../elementwise/cast.ts';
import { mulOp } from '../elementwise/mul.ts';
import { negOp } from '../elementwise/neg.ts';
import { subOp } from '../elementwise/sub.ts';
import { whereOp } from '../elementwise/where.ts';
import { scalar } from '../leaf/constant.ts';
import { input, inputOp } from '../leaf/input.ts';
import { padOp } from '../shape/_pad-op.ts';
import { broadcastTo, broadcastToOp } from '../shape/broadcast-to.ts';
import { concatOp } from '../shape/concat.ts';
import { reshapeOp } from '../shape/reshape.ts';
import { sliceOp } from '../shape/slice.ts';
import { transposeOp } from '../shape/transpose.ts';
import { closedLoop } from './_close.ts';
import type { ScanNode } from './_results.ts';
import { type StepSum, sumOverSteps } from './_sum-over-steps.ts';
import { scanOp } from './scan.ts';

/**
 * The gradients of a loop with respect to its inputs, of which only those `wanted` are computed: a loop in the other direction that carries the
 * gradients of the states. Its step is the pullback of the loop's own step. What that needs of the step forward is kept by the forward loop where it
 * is dear, such as products and exponentials, and computed again where it is cheap. Gradients of what is captured are summed over the steps:
 * products and sums in one go when all steps are done, all others from step to step.
 */
export function loopGradients(
  given: readonly { readonly n: Node; readonly dy: Node }[],
  wanted: readonly boolean[],
  pullback: Pullback,
): readonly (Node | null)[] {
  const results = given as readonly { readonly n: ScanNode; readonly dy: Node }[];
  const [{ n: first }] = results as readonly [(typeof results)[number]];
  const { inputs, attrs } = first;
  const { body, states, scanned, reverse } = attrs;
  const leaves = leavesOf(body);
  const isFloatInput = (i: number): boolean => isFloat((inputs[i] as Node).type.dtype);
  const carried = rangeOf(states).filter(isFloatInput);

  // What a step backward is given: gradients of the states after the step forward, and of what was kept of it.
  const dStates = carried.map((i) => input(`gradient of state ${i}`, (inputs[i] as Node).type.shape));
  const kept = results.flatMap(({ n, dy }) => ('each' in n.attrs.result ? [{ value: n.attrs.result.each, dy }] : []));
  const dKept = kept.map(({ value }, i) => input(`gradient of what was kept ${i}`, value.type.shape));
  const seeds = [
    ...carried.map((i, at) => [body.outputs.get(`state/${i}`) as Node, dStates[at] as Node] as const),
    ...kept.map(({ value }, i) => [value, dKept[i] as Node] as const),
  ];
  const targets = inputs.flatMap((_, i) => {
    const leaf = leaves.get(nameOf(i, states, scanned));
    return leaf !== undefined && isFloatInput(i) && (i < states || wanted[i]) ? [{ i, leaf }] : [];
  });
  const found = pullback(
    seeds,
    targets.map(({ leaf }) => leaf),
  );
  const gradOf = new Map(targets.map(({ i }, at) => [i, found[at] ?? null]));

  // Values of a step forward, seen from outside: the first axis is that of the steps.
  const outside = new Map<Node, Node>();
  for (const [name, leaf] of leaves) {
    const i = indexOf(name, states, scanned);
    if (i >= states + scanned) outside.set(leaf, inputs[i] as Node);
  }
  const isGiven = new Set<Node>([...dStates, ...dKept]);
  const roots = [...gradOf.values()].filter((g) => g !== null);
  const backward = dependentsOf(roots, isGiven);
  const stepwise = new Set<Node>(
    [...leaves].flatMap(([name, leaf]) => (indexOf(name, states, scanned) < states + scanned ? [leaf] : [])),
  );
  const ofStep = dependentsOf(roots, stepwise);
  const stacked = (n: Node): Node => {
    const i = isOp(n, inputOp) && leaves.get(n.attrs.name) === n ? indexOf(n.attrs.name, states, scanned) : -1;
    return i >= states ? (inputs[i] as Node) : node(scanOp, inputs, { ...attrs, result: { each: n } });
  };

  // Sums over the steps for what is captured.
  const emitted: Node[] = [];
  const accumulated: Node[] = [];
  const sums = new Map<number, StepSum>();
  for (let i = states + scanned; i < inputs.length; i++) {
    const g = gradOf.get(i);
    if (g === null || g === undefined) continue;
    sums.set(
      i,
      sumOverSteps(g, {
        kindOf: (n) => (backward.has(n) ? 'backward' : ofStep.has(n) ? 'forward' : 'invariant'),
        emit: (n) => (emitted.includes(n) ? emitted.indexOf(n) : emitted.push(n) - 1),
        accumulate: (n) => accumulated.push(n) - 1,
      }),
    );
  }

  const afterStates = carried.map((i) => gradOf.get(i) ?? zerosLike((inputs[i] as Node).type.shape));
  const totals = accumulated.map((n, i) => input(`sum ${i}`, n.type.shape));
  const dScanned = rangeOf(scanned).map((j) => gradOf.get(states + j) ?? null);
  const keptBack = [...emitted, ...dScanned.filter((g) => g !== null)];
  const after = [...afterStates, ...accumulated.map((n, i) => node(addOp, [totals[i] as Node, n], {}))];

  // What the step backward takes from the step forward.
  const taken: Node[] = [];
  const entries: Node[] = [];
  const replaced = new Map<Node, Node>(outside);
  const take = (n: Node): Node => {
    const entry = input(`value ${taken.length}`, n.type.shape, n.type.dtype);
    taken.push(n);
    entries.push(entry);
    return entry;
  };
  const cut = forwardCut([...after, ...keptBack], (n) => ofStep.has(n) && !backward.has(n), stepwise);
  for (const n of cut) replaced.set(n, take(n));
  const rebuilt = substituted([...after, ...keptBack], replaced);
  const lastOf = (i: number): Node =>
    results
      .flatMap(({ n, dy }) => ('last' in n.attrs.result && n.attrs.result.last === i ? [dy] : []))
      .reduce<Node | null>((sum, dy) => (sum === null ? dy : node(addOp, [sum, dy], {})), null) ??
    zerosLike((inputs[i] as Node).type.shape);
  const scannedBack = [...kept.map(({ dy }) => dy), ...taken.map(stacked)];
  const anyStep = scannedBack.length === 0 ? [inputs[states] as Node] : [];
  const loop = closedLoop({
    init: [...carried.map(lastOf), ...accumulated.map(({ type }) => zerosLike(type.shape))],
    scanned: [...scannedBack, ...anyStep],
    before: [...dStates, ...totals],
    entries: [
      ...dKept,
      ...entries,
      ...anyStep.map(({ type: { dtype, shape } }) => input('a step', shape.slice(1), dtype)),
    ],
    after: rebuilt.slice(0, after.length),
    kept: rebuilt.slice(after.length),
    reverse: !reverse,
  });

  let next = emitted.length;
  const seen = {
    emitted: (at: number) => loop.each[at] as Node,
    accumulated: (at: number) => loop.last[carried.length + at] as Node,
    stacked,
    steps: (inputs[states] as Node).type.shape[0] as number,
  };
  return inputs.map((_, i) => {
    if (i < states) return carried.includes(i) ? (loop.last[carried.indexOf(i)] as Node) : null;
    if (i < states + scanned) return dScanned[i - states] === null ? null : (loop.each[next++] as Node);
    return sums.get(i)?.(seen) ?? null;
  });
}

/** What is computed again in the step backward: it costs less than to keep it. All else is kept. */
const COMPUTED_AGAIN: ReadonlySet<Op> = new Set<Op>([
  addOp,
  subOp,
  mulOp,
  negOp,
  whereOp,
  castOp,
  reshapeOp,
  sliceOp,
  broadcastToOp,
  transposeOp,
  concatOp,
  padOp,
]);

/** Loops keep no booleans and bytes; these are cheap, too, such as comparisons; and so is what has the numbers of an input. */
function isComputedAgain({ op, type, inputs, attrs }: Node): boolean {
  if (op.kind === 'composite' && op.decompose(inputs, attrs) === inputs[0]) return true;
  return COMPUTED_AGAIN.has(op) || type.dtype === 'bool' || type.dtype === 'uint8';
}

/** The values of the step forward that `roots` are computed of. */
function forwardCut(
  roots: readonly Node[],
  isForward: (n: Node) => boolean,
  stepwise: ReadonlySet<Node>,
): ReadonlySet<Node> {
  const cut = new Set<Node>();
  const seen = new Set<Node>(roots);
  const stack = [...roots];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (stepwise.has(n) || (isForward(n) && !isComputedAgain(n))) {
      cut.add(n);
      continue;
    }
    for (const x of n.inputs) {
      if (seen.has(x)) continue;
      seen.add(x);
      stack.push(x);
    }
  }
  return cut;
}

/** The nodes among what `roots` need that depend on one of `sources`, these included. */
function dependentsOf(roots: readonly Node[], sources: ReadonlySet<Node>): ReadonlySet<Node> {
  const found = new Set<Node>(sources);
  for (const n of topologicalOrder(roots)) if (n.inputs.some((x) => found.has(x))) found.add(n);
  return found;
}

function leavesOf(body: Graph): ReadonlyMap<string, Node> {
  return new Map(body.nodes.flatMap((n) => (isOp(n, inputOp) ? [[n.attrs.name, n] as const] : [])));
}

function nameOf(i: number, states: number, scanned: number): string {
  if (i < states) return `state/${i}`;
  return i < states + scanned ? `x/${i - states}` : `captured/${i - states - scanned}`;
}

/** The position among a loop's inputs of what a step calls `name`. */
function indexOf(name: string, states: number, scanned: number): number {
  const [kind, at] = name.split('/') as [string, string];
  return Number(at) + (kind === 'state' ? 0 : kind === 'x' ? states : states + scanned);
}

function rangeOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function zerosLike(shape: readonly number[]): Node {
  return broadcastTo(scalar(0), shape);
}
