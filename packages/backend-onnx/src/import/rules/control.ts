import type { Node } from '@descent/core';
import { broadcastTo, cast, concat, mul, reshape, scalar, slice } from '@descent/core/ops';
import { graphOf, number, numbers } from '../attributes.ts';
import { isKnown, known, numbersOf, type Value } from '../known.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { axisOf } from './_axes.ts';

/** A loop is written out; longer ones would make a graph that nobody can compile. */
const MOST_STEPS = 1024;

/** Dropout, and control flow whose conditions are known when the network is built. */
export const CONTROL: Rules = {
  Dropout: (node, c) => {
    const x = c.node(0);
    const ratio = node.opset < 12 ? number(node, 'ratio', 0.5) : c.number(1, 0.5);
    const isMask = node.outputs.length > 1;
    const maskType = node.opset < 10 ? 'float32' : 'bool';
    const ones = (): Node => broadcastTo(scalar(1, maskType), x.type.shape);
    if (!c.training || ratio === 0) return isMask ? [x, ones()] : x;
    if (!(ratio > 0 && ratio < 1)) throw c.unsupported(`ratio ${ratio}`, 'a number from 0 to below 1');
    const keep = c.random({ kind: 'bernoulli', p: 1 - ratio }, x.type.shape);
    const y = mul(mul(x, cast(keep, 'float32')), 1 / (1 - ratio));
    return isMask ? [y, cast(keep, maskType)] : y;
  },
  If: (node, c) => {
    const [condition] = knownNumbers(c, 0);
    if (condition === undefined)
      throw c.unsupported('a condition that depends on what is fed', 'one that is known when the network is built');
    return c.run(graphOf(node, condition === 0 ? 'else_branch' : 'then_branch'), []);
  },
  Loop: (node, c) => {
    const body = graphOf(node, 'body');
    const count = c.has(0) ? knownNumbers(c, 0)[0] : Number.POSITIVE_INFINITY;
    if (count === undefined) throw c.unsupported('a number of steps that depends on what is fed', 'a known one');
    const carried = Math.max(0, c.count - 2);
    let state: readonly Value[] = Array.from({ length: carried }, (_, i) => c.value(i + 2));
    let goesOn: Value = c.has(1) ? c.value(1) : known('bool', [], [1]);
    const scanned: Value[][] = body.outputs.slice(1 + carried).map(() => []);
    for (let step = 0; step < count; step++) {
      if (!isKnown(goesOn)) throw c.unsupported('a condition that depends on what is fed', 'a known one');
      if (numbersOf(goesOn, node.name)[0] === 0) break;
      if (step >= MOST_STEPS) throw c.unsupported(`more than ${MOST_STEPS} steps`, 'fewer');
      const [next, ...results] = c.run(body, [known('int64', [], [step]), goesOn, ...state]);
      goesOn = next as Value;
      state = results.slice(0, carried);
      for (const [i, value] of results.slice(carried).entries()) scanned[i]?.push(value);
    }
    return [...state, ...scanned.map((values) => stacked(values, 0, c))];
  },
  Scan: (node, c) => {
    const body = graphOf(node, 'body');
    const count = number(node, 'num_scan_inputs');
    // Opset 8 has lengths in front and a batch axis.
    if (node.opset < 9) throw c.unsupported('Scan of opset 8', 'opset 9 or later');
    const carried = c.count - count;
    const results = body.outputs.length - carried;
    const sequences = Array.from({ length: count }, (_, i) => c.node(carried + i));
    const list = (name: string, length: number): readonly number[] =>
      numbers(
        node,
        name,
        Array.from({ length }, () => 0),
      );
    const axes = list('scan_input_axes', count).map((axis, i) =>
      axisOf(node, axis, (sequences[i] as Node).type.shape.length),
    );
    const [directions, outDirections] = [list('scan_input_directions', count), list('scan_output_directions', results)];
    const length = (sequences[0] as Node).type.shape[axes[0] as number] as number;
    if (length > MOST_STEPS || length < 0) throw c.unsupported(`${length} steps`, `0 to ${MOST_STEPS}`);
    let state: readonly Value[] = Array.from({ length: carried }, (_, i) => c.value(i));
    const scanned: Value[][] = Array.from({ length: results }, () => []);
    for (let step = 0; step < length; step++) {
      const taken = sequences.map((x, i) => {
        const at = directions[i] === 1 ? length - 1 - step : step;
        return entryOf(x, axes[i] as number, at);
      });
      const outputs = c.run(body, [...state, ...taken]);
      state = outputs.slice(0, carried);
      for (const [i, value] of outputs.slice(carried).entries()) scanned[i]?.push(value);
    }
    const outAxes = list('scan_output_axes', results);
    return [
      ...state,
      ...scanned.map((values, i) => {
        const ordered = outDirections[i] === 1 ? values.toReversed() : values;
        return stacked(ordered, outAxes[i] as number, c);
      }),
    ];
  },
};

/** The numbers of an input, or none where it depends on what is fed. */
function knownNumbers(c: RuleContext, input: number): readonly number[] {
  return c.known(input) === undefined ? [] : c.numbers(input);
}

function entryOf(x: Node, axis: number, at: number): Node {
  const part = slice(x, { axis, start: at, end: at + 1 });
  return reshape(
    part,
    part.type.shape.filter((_, i) => i !== axis),
  );
}

/** One tensor of those of all steps. */
function stacked(values: readonly Value[], axis: number, c: RuleContext): Value {
  if (values.length === 0) throw c.unsupported('a loop of no steps with results of each', 'one step at least');
  const nodes = values.map((v) => c.lift(v));
  const shape = (nodes[0] as Node).type.shape;
  const at = axis < 0 ? axis + shape.length + 1 : axis;
  const wide = [...shape.slice(0, at), 1, ...shape.slice(at)];
  return concat(
    nodes.map((x) => reshape(x, wide)),
    at,
  );
}
