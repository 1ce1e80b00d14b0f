import { DYNAMIC, type Node } from '@descent/core';
import { cast, flip } from '@descent/core/ops';
import { graphOf, number, numbers } from '../attributes.ts';
import type { ImportedGraph, ImportedNode } from '../graph.ts';
import type { Value } from '../known.ts';
import type { RuleContext } from '../rule.ts';
import { axisOf } from '../rules/_axes.ts';
import { closed } from './close.ts';
import { type Frame, fromFront, newFrame, toFront } from './frame.ts';
import { carriedOf, givenFor, openStates } from './step.ts';
import type { Local } from './stepwise.ts';
import { orWrittenOut, unrolledScan } from './unrolled.ts';

const PLACES = { input: 0, output: 0 };

/** `Scan` as core's loop, and where that does not fit, with its steps written out. */
export function scanOperator(node: ImportedNode, c: RuleContext): readonly Local[] {
  if (node.opset < 9) return scanOfBatch(node, c);
  const body = graphOf(node, 'body');
  const count = number(node, 'num_scan_inputs');
  const states = c.count - count;
  const results = body.outputs.length - states;
  const list = (name: string, length: number): readonly number[] => listOf(node, name, length);
  const given = Array.from({ length: count }, (_, i) => c.node(states + i));
  const axes = list('scan_input_axes', count).map((axis, i) =>
    axisOf(node, axis, (given[i] as Node).type.shape.length),
  );
  const [directions, outDirections] = [list('scan_input_directions', count), list('scan_output_directions', results)];
  const reverse = count > 0 && directions.every((d) => d === 1);
  const turned = (x: Node, direction: number | undefined): Node => ((direction === 1) === reverse ? x : flip(x, [0]));
  const scanned = given.map((x, i) => turned(toFront(x, axes[i] as number), directions[i]));
  const init = Array.from({ length: states }, (_, i) => c.value(i));
  const steps = lengthOf(c, scanned);
  const outputs = orWrittenOut(
    () => scanLoop(c, body, init, scanned, steps, reverse, c.depth, c.random),
    () => unrolledScan(c, body, init, scanned, steps, reverse),
  );
  const outAxes = list('scan_output_axes', results);
  return outputs.map((value, i): Local => {
    if (i < states) return value;
    const y = turned(c.lift(value), outDirections[i - states]);
    return fromFront(y, axisOf(node, outAxes[i - states] as number, y.type.shape.length));
  });
}

function listOf(node: ImportedNode, name: string, length: number): readonly number[] {
  const given = numbers(
    node,
    name,
    Array.from({ length }, () => 0),
  );
  return given.length === length ? given : Array.from({ length }, (_, i) => given[i] ?? 0);
}

/** How many entries there are along the first axis of all tensors. */
function lengthOf(c: RuleContext, scanned: readonly Node[]): number {
  const lengths = scanned.map(({ type }) => type.shape[0]);
  const [length] = lengths;
  if (length !== undefined && lengths.every((n) => n === length)) return length;
  throw c.unsupported(
    lengths.length === 0 ? 'no tensor to scan' : `tensors of ${lengths.join(' and ')} entries`,
    'as many entries of each tensor',
  );
}

type Draw = Frame['random'];

/** The loop over tensors whose first axis is that of the steps: states behind the last, then what is kept of each step. */
function scanLoop(
  c: RuleContext,
  body: ImportedGraph,
  init: readonly Value[],
  scanned: readonly Node[],
  steps: number,
  reverse: boolean,
  depth: number,
  random: Draw,
): readonly Local[] {
  const frame = newFrame(depth, random, false);
  const carried = carriedOf(c, body, init, PLACES, frame, false);
  const entries = scanned.map((all) => ({
    all,
    entry: frame.standIn(all.type.dtype, all.type.shape.slice(1)),
  }));
  const given = [...carried.map((one) => givenFor(one, frame, (x) => x)), ...entries.map(({ entry }) => entry)];
  const outputs = c.run(body, given, { frame, keepsState: 'in the step of a loop' });
  const states = openStates(c, carried, outputs);
  const kept = outputs.slice(init.length).map((value) => c.lift(value));
  const { last, each } = closed({ frame, states, kept, scanned: entries }, steps, reverse);
  let next = 0;
  const after = carried.map(
    (one): Local => (one.kind === 'changes' ? cast(last[next++] as Node, one.dtype) : one.init),
  );
  return [...after, ...each];
}

/** `Scan` of opset 8, whose tensors have a batch in front that the body does not see: a loop over samples, and in it one over the steps. */
function scanOfBatch(node: ImportedNode, c: RuleContext): readonly Local[] {
  const body = graphOf(node, 'body');
  const count = number(node, 'num_scan_inputs');
  const states = c.count - 1 - count;
  const all = Array.from({ length: states + count }, (_, i) => c.node(1 + i));
  const directions = listOf(node, 'directions', count);
  const reverse = count > 0 && directions.every((d) => d === 1);
  const [samples, steps] = [
    lengthOf(c, all),
    lengthOf(
      c,
      all.slice(states).map((x) => toFront(x, 1)),
    ),
  ];
  expectWhole(c, steps);
  const turned = all.map((x, i) => (i < states || (directions[i - states] === 1) === reverse ? x : flip(x, [1])));
  const outer = newFrame(c.depth, c.random, false);
  const entries = turned.map((x) => ({ all: x, entry: outer.standIn(x.type.dtype, x.type.shape.slice(1)) }));
  const own = entries.map(({ entry }) => entry);
  const inner = scanLoop(c, body, own.slice(0, states), own.slice(states), steps, reverse, outer.depth, outer.random);
  // What is kept stands in the order of the steps, whatever their direction.
  const kept = inner.map((value, i) => (i >= states && reverse ? flip(c.lift(value), [0]) : c.lift(value)));
  const { each } = closed({ frame: outer, states: [], kept, scanned: entries }, samples, false);
  return each;
}

/** Throws unless each sequence of a batch has all steps. */
function expectWhole(c: RuleContext, steps: number): void {
  if (!c.has(0)) return;
  const lengths = c.known(0);
  if (
    lengths !== undefined &&
    steps !== DYNAMIC &&
    Array.prototype.every.call(lengths.data, (n: number) => n === steps)
  )
    return;
  throw c.unsupported(
    'Scan of opset 8 with sequences of different lengths',
    `sequence_lens left out, or ${steps} for each`,
    'export the model with opset 9 or later, which has no lengths: it masks what is behind the end',
  );
}
