import { callOf } from '../diagnose/output-range.ts';
import { isFloat } from '../ir/dtype.ts';
import { firstNonFinite } from '../ir/finite.ts';
import { graph, topologicalOrder } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { type AnyBatch, feedsOf } from './batch.ts';
import { firstBad, placeOf } from './first-bad.ts';
import { atAllSteps, atStep, type InLoop, standsFor } from './in-loops.ts';
import type { Forward, InspectedLayer } from './inspect-layers.ts';
import { names } from './names.ts';
import { ownerOf } from './owner.ts';
import type { Recipe, StepNodes } from './step.ts';
import { runOnce, type StepInputs } from './trace.ts';

/** A NaN or an infinity, and where it came up. */
export interface NonFinite {
  readonly kind: 'input' | 'target' | 'parameter' | 'output' | 'loss' | 'gradient' | 'update';
  /** For people: `the output of layer 3 log`. */
  readonly where: string;
  /** The operation that made it of finite numbers, such as `log`; `null` where none did, or none is known. */
  readonly op: string | null;
  /** NaN, or an infinity of either sign. */
  readonly value: number;
  /** Its position in the tensor `where`. */
  readonly element: number;
}

export interface Looked {
  readonly recipe: Recipe;
  readonly batch: AnyBatch;
  readonly inputs: StepInputs;
  readonly nodes: StepNodes;
  /** Results, gradients and what is written, by name; parameters from before under `before/`. */
  readonly values: Readonly<Record<string, NDArray>>;
  readonly forward: Forward;
}

/** The first number of a step that is not finite, in order of computation. */
export async function firstNonFiniteOf(looked: Looked): Promise<NonFinite | null> {
  const { recipe, batch, values, nodes, forward, inputs } = looked;
  for (const [name, array] of Object.entries(feedsOf(batch))) {
    const kind = name.startsWith('x') ? 'input' : 'target';
    const found = at(array, kind, `the ${kind} ${name}`);
    if (found !== null) return found;
  }
  for (const { name } of recipe.model.parameters) {
    const array = values[`before/${names.parameter(name)}`] as NDArray;
    const found = at(array, 'parameter', `parameter ${name} of ${ownerOf(recipe.model, name)}, before the step`);
    if (found !== null) return found;
  }
  const bad = firstBad(forward.observed, (at, step) => {
    const { output, steps } = forward.layers[at] as InspectedLayer;
    return step === null ? output.nan + output.infinite > 0 : !Number.isFinite(steps?.output[step]);
  });
  const observed = bad === null ? undefined : forward.observed[bad.at];
  if (bad !== null && observed !== undefined) {
    const place = { kind: 'output', where: placeOf(observed, bad.step) } as const;
    const { inLoop, node, given } = observed;
    return inLoop === null || bad.step === null
      ? originIn(inputs, node, given, place)
      : originInLoop(inputs, inLoop, bad.step, place);
  }
  if (!Number.isFinite(values[names.result('loss')]?.data[0]))
    return originIn(inputs, forward.loss, forward.outputs, { kind: 'loss', where: 'the loss itself' });
  // From the loss backwards, as gradients are computed.
  for (const name of [...nodes.gradients.keys()].reverse()) {
    const where = `the gradient of parameter ${name} of ${ownerOf(recipe.model, name)}`;
    const found = at(values[names.gradient(name)] as NDArray, 'gradient', where);
    if (found !== null) return found;
  }
  for (const entry of Object.keys(nodes.written)) {
    const found = at(values[entry] as NDArray, 'update', `what the step would write as ${entry}`);
    if (found !== null) return found;
  }
  return null;
}

type Place = Pick<NonFinite, 'kind' | 'where'>;

function at(array: NDArray, kind: NonFinite['kind'], where: string): NonFinite | null {
  const element = firstNonFinite(array);
  return element === -1 ? null : { kind, where, op: null, value: array.data[element] as number, element };
}

/** So many elements are fetched from the device at once. */
const MOST_ELEMENTS = 2 ** 24;

/** Which operation between `given` and `end` made the first number that is not finite. */
async function originIn(inputs: StepInputs, end: Node, given: readonly Node[], place: Place): Promise<NonFinite> {
  const candidates = topologicalOrder([end], new Set(given)).filter(
    (n) => isFloat(n.type.dtype) && (n.inputs.length > 0 || n === end),
  );
  const bad = await badAmong(
    inputs,
    candidates,
    (n) => n,
    (array) => array,
  );
  return told(bad.get(end), toBlame(end, bad), place);
}

/** As `originIn`, of a value at one step of a loop; what came into the loop already is looked for outside. */
async function originInLoop(inputs: StepInputs, one: InLoop, step: number, place: Place): Promise<NonFinite> {
  const { value: end, loops } = one;
  const of = (value: Node): InLoop => ({ value, loops });
  const bad = await badAmong(
    inputs,
    topologicalOrder([end]).filter((n) => isFloat(n.type.dtype)),
    (n) => atAllSteps(of(n)),
    (array, n) => atStep(array, of(n), step),
  );
  const n = toBlame(end, bad);
  const outside = standsFor(n, one);
  if (outside === null) return told(bad.get(end), n, place);
  const by = loops.length === 1 ? await originIn(inputs, outside, [], place) : null;
  return { ...told(bad.get(end), n, place), op: by?.op ?? null };
}

/** Those of `candidates` that are not finite; `seen` is how one is asked for, `part` what of the answer counts. */
async function badAmong(
  inputs: StepInputs,
  candidates: readonly Node[],
  seen: (n: Node) => Node,
  part: (array: NDArray, n: Node) => NDArray,
): Promise<ReadonlyMap<Node, NDArray>> {
  const asked = candidates.map((n) => [n, seen(n)] as const);
  const sizeOf = (i: number): number => numel((asked[i] as (typeof asked)[number])[1].type.shape);
  const bad = new Map<Node, NDArray>();
  let start = 0;
  while (start < asked.length) {
    let [stop, size] = [start, 0];
    do size += sizeOf(stop++);
    while (stop < asked.length && size + sizeOf(stop) <= MOST_ELEMENTS);
    const some = asked.slice(start, stop);
    const values = await runOnce(inputs, graph(new Map(some.map(([, n], i) => [`n${i}`, n]))));
    for (const [i, [n]] of some.entries()) {
      const value = part(values[`n${i}`] as NDArray, n);
      if (firstNonFinite(value) !== -1) bad.set(n, value);
    }
    start = stop;
  }
  return bad;
}

/** Backwards from the end: what is infinite on purpose elsewhere, such as a mask, has led nowhere. */
function toBlame(end: Node, bad: ReadonlyMap<Node, NDArray>): Node {
  let n = end;
  for (let before: Node | undefined = n; before !== undefined; before = worse(n, bad)) n = before;
  return n;
}

function told(last: NDArray | undefined, by: Node, place: Place): NonFinite {
  const element = last === undefined ? 0 : Math.max(0, firstNonFinite(last));
  return {
    ...place,
    op: last === undefined ? null : callOf(by),
    value: last === undefined ? Number.NaN : (last.data[element] as number),
    element,
  };
}

/** The input of `n` that is to blame: one with NaN for a NaN, one with an infinity for an infinity. */
function worse(n: Node, bad: ReadonlyMap<Node, NDArray>): Node | undefined {
  const isNaNs = (array: NDArray | undefined): boolean => array?.data.some((v) => Number.isNaN(v)) === true;
  const inputs = n.inputs.filter((i) => bad.has(i));
  return isNaNs(bad.get(n)) ? inputs.find((i) => isNaNs(bad.get(i))) : inputs[0];
}
