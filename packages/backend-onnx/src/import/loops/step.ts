import { type DType, formatShape, type Node, type Shape } from '@descent/core';
import { cast } from '@descent/core/ops';
import { bodiesOf, type ImportedGraph, type ImportedNode } from '../graph.ts';
import { isKnown, type Value } from '../known.ts';
import type { Inside, RuleContext } from '../rule.ts';
import { heldType, type OpenStep } from './close.ts';
import { counting } from './counting.ts';
import type { Frame } from './frame.ts';
import { isKnownCount, isSamePair, isStepwise, type Line, type Local, type Pair, pairOf } from './stepwise.ts';

/** What a state of a loop is from step to step. */
export type Carried =
  /** The same. */
  | { readonly kind: 'same'; readonly init: Value }
  /** A whole number that grows by as much in each step. */
  | { readonly kind: 'counts'; readonly init: Value; readonly base: Pair; readonly step: Pair }
  | { readonly kind: 'changes'; readonly init: Node; readonly standIn: Node; readonly dtype: DType };

/** Where the states stand among the inputs of a body, and among its outputs. */
export interface Places {
  readonly input: number;
  readonly output: number;
}

/** What each of the states `init` is, which `body` takes and gives at `places`. */
export function carriedOf(
  c: RuleContext,
  body: ImportedGraph,
  init: readonly Value[],
  places: Places,
  frame: Frame,
  counts: boolean,
): readonly Carried[] {
  const makers = new Map(body.nodes.flatMap((n) => n.outputs.map((name) => [name, n] as const)));
  return init.map((value, i): Carried => {
    const [before, after] = [body.inputs[places.input + i], body.outputs[places.output + i]];
    if (before !== undefined && after !== undefined) {
      if (isSameName(before, after, makers)) return { kind: 'same', init: value };
      const step = counts ? growthOf(c, body, value, before, after, makers, frame) : undefined;
      if (step !== undefined) return { kind: 'counts', init: value, base: pairOf(value as never), step };
    }
    const node = c.lift(value);
    const { dtype, shape } = node.type;
    const type = heldType(dtype);
    return { kind: 'changes', init: cast(node, type), standIn: frame.standIn(type, shape), dtype };
  });
}

/** What the body is given for a state. */
export function givenFor(carried: Carried, frame: Frame, see: (x: Node) => Node): Local {
  switch (carried.kind) {
    case 'same':
      return isKnown(carried.init) ? carried.init : see(carried.init);
    case 'counts': {
      const { elementType, shape } = carried.init as Extract<Value, { kind: 'known' }>;
      return counting({ course: frame, base: carried.base, step: carried.step }, elementType, shape);
    }
    default:
      return see(cast(carried.standIn, carried.dtype));
  }
}

/** Throws unless `next`, a state after a step, has the type that it had before. */
export function expectSameType(
  c: RuleContext,
  { init, dtype }: Extract<Carried, { kind: 'changes' }>,
  next: Node,
): void {
  const shape: Shape = init.type.shape;
  const isSame = next.type.dtype === dtype && formatShape(next.type.shape) === formatShape(shape);
  if (isSame) return;
  throw c.unsupported(
    `a state that is ${dtype}${formatShape(shape)} before a step and ${next.type.dtype}${formatShape(next.type.shape)} behind it`,
    'states whose size stays, or a known number of steps, 1024 at most, which are written out',
    'give the first state the size that it has later, with Expand or zeros of that size',
  );
}

/** Whether `after` is `before` under another name. */
function isSameName(before: string, after: string, makers: ReadonlyMap<string | undefined, ImportedNode>): boolean {
  let name: string | undefined = after;
  const seen = new Set<string>();
  while (name !== undefined && name !== before && !seen.has(name)) {
    seen.add(name);
    const maker = makers.get(name);
    name = maker?.domain === '' && maker.opType === 'Identity' ? maker.inputs[0] : undefined;
  }
  return name === before;
}

/** By how much a number that is known before the first step grows in each, or undefined. */
function growthOf(
  c: RuleContext,
  body: ImportedGraph,
  value: Value,
  before: string,
  after: string,
  makers: ReadonlyMap<string | undefined, ImportedNode>,
  frame: Frame,
): Pair | undefined {
  if (!isKnownCount(value)) return undefined;
  const nodes = sliceOf(body, after, makers);
  if (nodes === undefined) return undefined;
  const symbol = frame.standIn('int32', []);
  const course = { variable: () => symbol };
  const line: Line = { course, base: [0, 0], step: [1, 1] };
  const given = body.inputs.map((name) =>
    name === before ? counting(line, value.elementType, value.shape) : frame.standIn('float32', []),
  );
  try {
    const [next] = c.run({ ...body, nodes, outputs: [after] }, given, INSIDE);
    const found = isStepwise(next) && next.line?.course === course ? next.line : undefined;
    return found !== undefined && isSamePair(found.step, [1, 1]) && isSameSize(next as never, value)
      ? found.base
      : undefined;
  } catch {
    // It is no sum of itself and a number, and is carried as any other state.
    return undefined;
  }
}

const INSIDE: Inside = {};

function isSameSize(a: { readonly shape: Shape }, b: { readonly shape: Shape }): boolean {
  return formatShape(a.shape) === formatShape(b.shape);
}

/** The nodes that make `name`, in their order; undefined where they are more than arithmetic. */
function sliceOf(
  body: ImportedGraph,
  name: string,
  makers: ReadonlyMap<string | undefined, ImportedNode>,
): readonly ImportedNode[] | undefined {
  const found = new Set<ImportedNode>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const maker = makers.get(next);
    if (maker === undefined || found.has(maker)) continue;
    if (bodiesOf(maker).length > 0 || found.size > MOST_IN_SUM) return undefined;
    found.add(maker);
    open.push(...maker.inputs.filter((x) => x !== undefined));
  }
  return body.nodes.filter((n) => found.has(n));
}

/** A counter is added to in a few operators. */
const MOST_IN_SUM = 16;

/** The states of an open step, whose states behind it are `after`. */
export function openStates(
  c: RuleContext,
  carried: readonly Carried[],
  after: readonly (Local | undefined)[],
): OpenStep['states'] {
  return carried.flatMap((one, i) => {
    if (one.kind !== 'changes') return [];
    const next = c.lift(after[i] as Local);
    expectSameType(c, one, next);
    return [{ standIn: one.standIn, init: one.init, next: cast(next, heldType(one.dtype)) }];
  });
}
