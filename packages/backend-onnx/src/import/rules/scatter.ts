import { type Node, ndarray, numel } from '@descent/core';
import { strides } from '@descent/core/backend';
import {
  add,
  cast,
  constant,
  div,
  equal,
  gather,
  greater,
  iota,
  maximum,
  minimum,
  mul,
  reshape,
  scalar,
  scan,
  scatterAdd,
  slice,
  sub,
  where,
} from '@descent/core/ops';
import { number, text } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import { asIntegers, wrappedAround } from '../integers.ts';
import type { Known } from '../known.ts';
import { bothOf } from '../refused.ts';
import type { RuleContext } from '../rule.ts';
import { axisOf } from './_axes.ts';
import { expectFixedSizes, placesWithin } from './indexing.ts';

/** `data` with slices replaced by `updates`, or joined with them, at the places that the last axis of the indices names. */
export function scatterND(node: ImportedNode, c: RuleContext): Node {
  const [data, updates] = [c.node(0), c.node(2)];
  const { shape } = data.type;
  const indices = c.value(1);
  const index = 'kind' in indices ? indices.shape : indices.type.shape;
  const depth = index.at(-1) as number;
  expectFixedSizes(c, shape, index);
  const sizes = shape.slice(0, depth);
  const count = numel(index.slice(0, -1));
  const width = numel(shape.slice(depth));
  const steps = strides(sizes);
  const known = c.known(1);
  const rows = known
    ? Array.from({ length: count }, (_, r) =>
        steps.reduce(
          (at, step, i) => at + step * fromFront(c, known.data[r * depth + i] as number, sizes[i] as number),
          0,
        ),
      )
    : rowsOf(c, reshape(c.node(1), [count, depth]), sizes, steps);
  const lines = reshape(data, [numel(sizes), width]);
  return reshape(put(c, text(node, 'reduction', 'none'), lines, rows, reshape(updates, [count, width])), shape);
}

/** `data` with single elements replaced, each at its own place but for one axis, on which the indices say where. */
export function scatterElements(node: ImportedNode, c: RuleContext): Node {
  const [data, updates] = [c.node(0), c.node(2)];
  const { shape } = data.type;
  const index = updates.type.shape;
  expectFixedSizes(c, shape, index);
  const axis = axisOf(node, number(node, 'axis', 0), shape.length);
  const [steps, inner] = [strides(shape), strides(index)];
  const [size, step] = [shape[axis] as number, steps[axis] as number];
  const count = numel(index);
  // Where each update stands on the other axes.
  const own = Int32Array.from({ length: count }, (_, at) =>
    index.reduce((sum, d, i) => {
      const place = Math.floor(at / (inner[i] as number)) % d;
      return i === axis ? sum : sum + place * (steps[i] as number);
    }, 0),
  );
  const known: Known | undefined = c.known(1);
  const rows = known
    ? Array.from(own, (at, i) => at + step * fromFront(c, known.data[i] as number, size))
    : add(mul(placesWithin(c, reshape(c.node(1), [count]), size), step), constant(ndarray('int32', [count], own)));
  const reduction = text(node, 'reduction', 'none');
  return reshape(put(c, reduction, reshape(data, [numel(shape), 1]), rows, reshape(updates, [count, 1])), shape);
}

/** `lines` `[rows, width]` with `updates` `[count, width]` put at `rows`. */
function put(c: RuleContext, reduction: string, lines: Node, rows: readonly number[] | Node, updates: Node): Node {
  const size = lines.type.shape[0] as number;
  if (size === 0 || updates.type.shape[0] === 0) return lines;
  if (Array.isArray(rows)) return putKnown(c, reduction, lines, rows, updates);
  const at = rows as Node;
  const added = (values: Node): Node => scatterAdd(at, values, { axis: 0, size });
  const { dtype } = lines.type;
  const as = (x: Node): Node => cast(x, dtype);
  if (reduction === 'add' && isExactlyAdded(updates)) return add(lines, as(addedExactly(updates, added)));
  if (reduction !== 'none') return putInTurn(c, joinOf(c, reduction), lines, at, updates);
  const isPut = greater(reshape(added(scalar(1, 'float32', [updates.type.shape[0] as number, 1])), [size, 1]), 0);
  return where(isPut, as(addedExactly(updates, added)), lines);
}

const JOINS: Readonly<Record<string, (a: Node, b: Node) => Node>> = {
  none: (_, b) => b,
  add,
  mul,
  max: maximum,
  min: minimum,
};

function joinOf(c: RuleContext, reduction: string): (a: Node, b: Node) => Node {
  const join = Object.hasOwn(JOINS, reduction) ? JOINS[reduction] : undefined;
  if (join === undefined) throw c.unsupported(`reduction '${reduction}'`, Object.keys(JOINS).join(', '));
  return join;
}

/** Whether sums of `updates`, which may all meet in one row, are exact as floats are added: integers in two halves. */
function isExactlyAdded({ type: { dtype, shape } }: Node): boolean {
  return dtype === 'float32' || (dtype === 'int32' && (shape[0] as number) <= 2 ** 8);
}

/** `added`, which adds floats, of `updates` of any type: floats hold integers of 24 bits, so that those of 32 are added in two halves. */
function addedExactly(updates: Node, added: (values: Node) => Node): Node {
  if (updates.type.dtype !== 'int32') return added(cast(updates, 'float32'));
  const low = wrappedAround(updates, 16, false);
  const high = div(sub(updates, low), 2 ** 16);
  const [a, b] = [high, low].map((half) => cast(added(cast(half, 'float32')), 'int32')) as [Node, Node];
  return add(mul(a, 2 ** 16), b);
}

/** One update after the other, in a loop: a row may be named more than once. */
function putInTurn(c: RuleContext, join: (a: Node, b: Node) => Node, lines: Node, rows: Node, updates: Node): Node {
  const size = lines.type.shape[0] as number;
  const places = reshape(iota(size), [size, 1]);
  const joined = (a: Node, b: Node, isHere: Node): Node =>
    asIntegers('ScatterND', join(a, b), [a, b], c.typeOf(0), bothOf(c.guard, isHere));
  return scan(lines, { row: rows, update: updates }, (before: Node, { row, update }) => {
    const isHere = equal(places, row);
    return { carry: where(isHere, joined(before, update, isHere), before) };
  }).carry;
}

/** Where places are known, each row is looked up: in any type, and in the order of the updates. */
function putKnown(c: RuleContext, reduction: string, lines: Node, rows: readonly number[], updates: Node): Node {
  const join = joinOf(c, reduction);
  const size = lines.type.shape[0] as number;
  // A row may be named more than once: each round takes one update of it, and the last of them stays where nothing is joined.
  const rounds: (number | undefined)[][] = [];
  const times = new Map<number, number>();
  rows.forEach((row, i) => {
    const round = reduction === 'none' ? 0 : (times.get(row) ?? 0);
    times.set(row, round + 1);
    rounds[round] ??= new Array<number | undefined>(size).fill(undefined);
    (rounds[round] as (number | undefined)[])[row] = i;
  });
  return rounds.reduce((before, round) => {
    const joined = join(before, gather(updates, ints(round.map((i) => i ?? 0))));
    const isPut = constant(
      ndarray(
        'bool',
        [size, 1],
        Uint8Array.from(round, (i) => (i === undefined ? 0 : 1)),
      ),
    );
    return where(isPut, joined, before);
  }, lines);
}

function rowsOf(c: RuleContext, indices: Node, sizes: readonly number[], steps: readonly number[]): Node {
  const each = sizes.map((size, i) => {
    const column = slice(indices, { axis: 1, start: i, end: i + 1 });
    return mul(placesWithin(c, column, size), steps[i] as number);
  });
  const [first, ...rest] = each as [Node, ...Node[]];
  return reshape(rest.reduce(add, first), [indices.type.shape[0] as number]);
}

function ints(values: readonly number[]): Node {
  return constant(ndarray('int32', [values.length], Int32Array.from(values)));
}

/** Negative numbers count from the end. Throws for one that is beyond. */
function fromFront(c: RuleContext, index: number, size: number): number {
  if (index >= -size && index < size) return index < 0 ? index + size : index;
  throw c.unsupported(`index ${index} of ${size} entries`, `${-size} to ${size - 1}`);
}
