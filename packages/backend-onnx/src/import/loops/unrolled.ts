import { DescentError, type Node } from '@descent/core';
import { concat, reshape, slice } from '@descent/core/ops';
import type { ImportedGraph } from '../graph.ts';
import { isKnown, known, numbersOf, type Value } from '../known.ts';
import type { RuleContext } from '../rule.ts';
import type { Local } from './stepwise.ts';

/** Longer loops that are written out make a graph that nobody can compile. */
export const MOST_WRITTEN_OUT = 1024;

/** `asLoop`, and where that does not fit, the steps `writtenOut`; where neither does, the error says why it is no loop. */
export function orWrittenOut<T>(asLoop: () => T, writtenOut: () => T): T {
  try {
    return asLoop();
  } catch (error) {
    if (!(error instanceof DescentError)) throw error;
    try {
      return writtenOut();
    } catch {
      throw error;
    }
  }
}

/** `Loop` with its steps one behind the other: each knows its number, and states may change their size. `most` is how many steps there are at most. */
export function unrolledLoop(
  c: RuleContext,
  body: ImportedGraph,
  most: number,
  first: Value,
  init: readonly Value[],
): readonly Local[] {
  let state: readonly Local[] = init;
  let goesOn: Local = first;
  const kept: Node[][] = body.outputs.slice(1 + init.length).map(() => []);
  for (let step = 0; step < most; step++) {
    if (!isKnown(goesOn as Value)) throw c.unsupported('a condition that depends on what is fed', 'a known one');
    if (numbersOf(goesOn as never, 'the condition')[0] === 0) break;
    if (step >= MOST_WRITTEN_OUT) throw c.unsupported(`more than ${MOST_WRITTEN_OUT} steps`, 'fewer');
    const [next, ...results] = c.run(body, [known('int64', [], [step]), goesOn, ...state]);
    goesOn = next as Local;
    state = results.slice(0, init.length);
    for (const [i, value] of results.slice(init.length).entries()) kept[i]?.push(c.lift(value));
  }
  return [...state, ...kept.map((values) => stacked(values, c))];
}

/** `Scan` over tensors whose first axis is that of the steps; what is kept of each step stands where its entry stood. */
export function unrolledScan(
  c: RuleContext,
  body: ImportedGraph,
  init: readonly Value[],
  scanned: readonly Node[],
  steps: number,
  reverse: boolean,
): readonly Local[] {
  if (steps < 0 || steps > MOST_WRITTEN_OUT) {
    throw c.unsupported(`${steps < 0 ? 'any number of' : steps} steps`, `0 to ${MOST_WRITTEN_OUT}`);
  }
  let state: readonly Local[] = init;
  const kept: Node[][] = body.outputs.slice(init.length).map(() => []);
  for (let step = 0; step < steps; step++) {
    const at = reverse ? steps - 1 - step : step;
    const outputs = c.run(body, [...state, ...scanned.map((x) => entryOf(x, at))]);
    state = outputs.slice(0, init.length);
    for (const [i, value] of outputs.slice(init.length).entries()) kept[i]?.push(c.lift(value));
  }
  return [...state, ...kept.map((values) => stacked(reverse ? values.toReversed() : values, c))];
}

function entryOf(x: Node, at: number): Node {
  return reshape(slice(x, { axis: 0, start: at, end: at + 1 }), x.type.shape.slice(1));
}

/** One tensor of those of all steps. */
function stacked(values: readonly Node[], c: RuleContext): Node {
  const [first] = values;
  if (first === undefined) throw c.unsupported('a loop of no steps with results of each', 'one step at least');
  return concat(
    values.map((x) => reshape(x, [1, ...x.type.shape])),
    0,
  );
}
