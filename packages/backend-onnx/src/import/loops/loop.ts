import { DescentError, type Node } from '@descent/core';
import { add, cast, greater, greaterEqual, less, logicalAnd, mul, reshape, scalar, where } from '@descent/core/ops';
import { graphOf } from '../attributes.ts';
import { type ImportedGraph, type ImportedNode, nodeTitle } from '../graph.ts';
import { isKnown, type Known, known, numbersOf, type Value } from '../known.ts';
import { refusedWhere } from '../refused.ts';
import type { RuleContext } from '../rule.ts';
import { closed } from './close.ts';
import { type Frame, newFrame } from './frame.ts';
import { seenOnlyIf } from './only-if.ts';
import { carriedOf, expectSameType, givenFor, openStates } from './step.ts';
import { isStepwise, knownPair, type Local, least, mapPair, type Pair, pairOf } from './stepwise.ts';
import { orWrittenOut, unrolledLoop } from './unrolled.ts';

/** What a `Loop` is given. */
interface Call {
  readonly node: ImportedNode;
  readonly c: RuleContext;
  readonly body: ImportedGraph;
  /** How many steps there are at most, or what computes it. */
  readonly most: Pair | Node;
  /** Whether there is a first step. */
  readonly first: Value;
  readonly init: readonly Value[];
}

/** A loop of more steps would take hours. */
const MOST_STEPS = 1_048_576;
const ENDLESS: Pair = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
const NONE: Pair = [0, 0];
const PLACES = { input: 2, output: 1 };

/** `Loop` as core's loop, and where that does not fit, with its steps written out. */
export function loop(node: ImportedNode, c: RuleContext): readonly Local[] {
  const body = graphOf(node, 'body');
  const init = Array.from({ length: Math.max(0, c.count - 2) }, (_, i) => c.value(i + 2));
  const first = c.has(1) ? c.value(1) : known('bool', [], [1]);
  const most = c.has(0) ? c.value(0) : undefined;
  const call: Call = { node, c, body, first, init, most: mostOf(most) };
  const writtenOut = (): readonly Local[] => unrolledLoop(c, body, fixedCount(c, call.most), first, init);
  if (c.isKnownThroughout) {
    try {
      return writtenOut();
    } catch (error) {
      if (!(error instanceof DescentError)) throw error;
    }
  }
  return orWrittenOut(() => asLoop(call), writtenOut);
}

function mostOf(given: Value | undefined): Pair | Node {
  if (given === undefined) return ENDLESS;
  if (!isKnown(given)) return given;
  // The largest integer stands for "until the condition fails".
  return mapPair(pairOf(given), NONE, (n) => (n > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : Math.max(0, n)));
}

/** The known number of steps, for a loop that is written out. */
function fixedCount(c: RuleContext, most: Pair | Node): number {
  if (!('type' in most) && most[0] === most[1]) return most[0];
  throw c.unsupported('a number of steps that depends on what is fed', 'a known one');
}

function asLoop(call: Call): readonly Local[] {
  const { first, most } = call;
  const isCertain = isKnown(first) && !('type' in most);
  if (isKnown(first) && first.data[0] === 0) return plainLoop(call, NONE);
  const found = isCertain ? plainLoop(call, undefined) : null;
  return found ?? maskedLoop(call);
}

/**
 * The loop, where it is certain how many steps there are: `count` of them, or as many as its condition says. `null` where the condition depends on what is
 * fed.
 */
function plainLoop(call: Call, count: Pair): readonly Local[];
function plainLoop(call: Call, count: Pair | undefined): readonly Local[] | null;
function plainLoop({ node, c, body, most, init }: Call, count: Pair | undefined): readonly Local[] | null {
  const frame = newFrame(c.depth, c.random, false);
  const carried = carriedOf(c, body, init, PLACES, frame, true);
  const given = carried.map((one) => givenFor(one, frame, (x) => x));
  const [goesOn, ...results] = c.run(body, [stepNumber(frame), known('bool', [], [1]), ...given], {
    frame,
    keepsState: 'in the step of a loop',
  });
  const certain = certainSteps(goesOn as Local, frame);
  if (count === undefined && certain === undefined) return null;
  const all = count ?? mapPair(most as Pair, certain as Pair, least);
  const steps = sizeOf(c, all, node);
  expectCountable(c, frame, steps);
  const states = openStates(c, carried, results);
  const kept = results.slice(init.length).map((value) => c.lift(value));
  const { last, each } = closed({ frame, states, kept, scanned: [] }, steps, false);
  let next = 0;
  const after = carried.map((one): Local => {
    if (one.kind === 'same') return one.init;
    if (one.kind === 'changes') return cast(last[next++] as Node, one.dtype);
    const { elementType, shape } = one.init as Known;
    return knownPair(
      mapPair(one.base, one.step, (b, k, probe) => b + k * all[probe]),
      elementType,
      shape,
    );
  });
  return [...after, ...each];
}

/**
 * The loop whose condition depends on what is fed: as many steps as there can be, of which those behind its end change nothing. The numbers are those of a
 * loop that ends.
 */
function maskedLoop({ node, c, body, most, first, init }: Call): readonly Local[] {
  const results = body.outputs.length - 1 - init.length;
  const isUsed = node.outputs.slice(init.length, init.length + results).some((name) => name !== undefined);
  if (isUsed) {
    throw c.unsupported(
      'a loop that ends when a condition on what is fed does not hold, with results of each step',
      'a known number of steps, or results of the last step alone: how many results there are would depend on what is fed',
      FIX,
    );
  }
  const frame = newFrame(c.depth, c.random, true);
  const runs = frame.standIn('int32', []);
  const isRunning = greater(runs, 0);
  const see = seenOnlyIf(isRunning);
  const carried = carriedOf(c, body, init, PLACES, frame, true);
  const given = carried.map((one) => givenFor(one, frame, see));
  const [goesOn, ...after] = c.run(body, [stepNumber(frame), known('bool', [], [1]), ...given], {
    frame,
    see,
    guard: isRunning,
    keepsState: 'in the step of a loop',
  });
  const bound = mapPair('type' in most ? ENDLESS : most, boundOf(goesOn as Local, frame), least);
  if (!Number.isFinite(bound[0])) {
    throw c.unsupported(
      'a loop whose number of steps depends on what is fed, without an end that is known',
      "an input M, or a condition such as 'and(…, i < 10)', that says how many steps there are at most",
      FIX,
    );
  }
  const isNext = logicalAnd(isRunning, truth(c.lift(goesOn as Local)));
  const isCounted = 'type' in most ? logicalAnd(isNext, less(add(frame.variable(), 1), count(most))) : isNext;
  const isFirst = truth(c.lift(first));
  const starts = 'type' in most ? logicalAnd(isFirst, greater(count(most), 0)) : isFirst;
  const steps = sizeOf(c, bound, node);
  const odd = frame.firstBeyond(steps);
  const runsOn = cast(isCounted, 'int32');
  const isOdd = odd === undefined ? undefined : logicalAnd(isRunning, greaterEqual(frame.variable(), odd));
  const taken = frame.standIn('int32', []);
  const states = [
    ...carried.flatMap((one, i) => {
      if (one.kind !== 'changes') return [];
      const next = c.lift(after[i] as Local);
      expectSameType(c, one, next);
      const { standIn, init: before } = one;
      return [{ standIn, init: before, next: where(isRunning, cast(next, standIn.type.dtype), standIn) }];
    }),
    {
      standIn: runs,
      init: cast(starts, 'int32'),
      next: isOdd === undefined ? runsOn : refusedWhere(isOdd, runsOn, 'places', c.guard),
    },
    { standIn: taken, init: scalar(0, 'int32'), next: add(taken, runs) },
  ];
  expectCountable(c, frame, steps);
  const { last } = closed({ frame, states, kept: [], scanned: [] }, steps, false);
  const total = last.at(-1) as Node;
  let next = 0;
  return carried.map((one): Local => {
    if (one.kind === 'same') return one.init;
    if (one.kind === 'changes') return cast(last[next++] as Node, one.dtype);
    const { shape } = one.init as Known;
    return reshape(add(mul(total, c.lift(knownPair(one.step, 'int64'))), c.lift(knownPair(one.base, 'int64'))), shape);
  });
}

const FIX = 'run the file as it is with loadOnnx, or export the loop with a fixed number of steps';

/** Throws where a number that counts would be another in 32 bits, which no step says. */
function expectCountable(c: RuleContext, frame: Frame, steps: number): void {
  const odd = frame.tooLarge(steps);
  if (odd === undefined) return;
  throw c.unsupported(
    `a number that is ${odd} in the last of ${steps} steps`,
    'numbers of steps, and what is computed of them, from -2147483648 to 2147483647',
    'compute it in floating point',
  );
}

/** A truth value of rank 0. */
function truth(x: Node): Node {
  return reshape(cast(x, 'bool'), []);
}

function count(x: Node): Node {
  return reshape(cast(x, 'int32'), []);
}

function stepNumber(frame: ReturnType<typeof newFrame>): Local {
  return {
    kind: 'stepwise',
    elementType: 'int64',
    shape: [],
    line: { course: frame, base: [0, 0], step: [1, 1] },
    node: frame.variable,
  };
}

/** How many steps a loop takes that goes on while `goesOn` holds, where that is certain. */
function certainSteps(goesOn: Local, frame: object): Pair | undefined {
  if (!isStepwise(goesOn)) {
    if (!isKnown(goesOn) || goesOn.second !== undefined) return undefined;
    return goesOn.data[0] === 0 ? [1, 1] : ENDLESS;
  }
  const { turn } = goesOn;
  if (turn === undefined || turn.course !== frame || !turn.isExact) return undefined;
  return turn.before ? [turn.at[0] + 1, turn.at[1] + 1] : [1, 1];
}

/** How many steps it takes at most. */
function boundOf(goesOn: Local, frame: object): Pair {
  const turn = isStepwise(goesOn) ? goesOn.turn : undefined;
  const certain = certainSteps(goesOn, frame);
  if (certain !== undefined) return certain;
  return turn?.course === frame && turn.before ? [turn.at[0] + 1, turn.at[1] + 1] : ENDLESS;
}

/** A number of steps as a size. */
function sizeOf(c: RuleContext, steps: Pair, node: ImportedNode): number {
  const [size] = Number.isFinite(steps[0]) ? numbersOf(knownPair(steps, 'int64'), nodeTitle(node)) : [];
  if (size !== undefined && size <= MOST_STEPS) return size;
  throw c.unsupported(
    Number.isFinite(steps[0]) ? `${steps[0]} steps` : 'a loop that never ends',
    `${MOST_STEPS} steps at most`,
  );
}
