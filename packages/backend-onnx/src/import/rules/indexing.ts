import { DYNAMIC, type Node, numel, type Shape } from '@descent/core';
import { isOp, strides } from '@descent/core/backend';
import {
  add,
  argMaxOp,
  cast,
  flip,
  gather,
  greaterEqual,
  inputOp,
  iota,
  less,
  lessEqual,
  maximum,
  minimum,
  mul,
  oneHot,
  pad,
  reshape,
  scalar,
  slice,
  sub,
  sum,
  transpose,
  where,
} from '@descent/core/ops';
import { flag, number } from '../attributes.ts';
import { boundsOf } from '../bounds.ts';
import { isBeyond, refusedWhere } from '../refused.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { axisOf } from './_axes.ts';

/** What takes elements by their numbers, and what depends on where elements stand. */
export const INDEXING: Rules = {
  CumSum: (node, c) => {
    const x = c.node(0);
    const { shape } = x.type;
    const axis = axisOf(node, c.number(1), shape.length);
    const size = shape[axis] as number;
    if (size === DYNAMIC) throw c.unsupported('a sum along the open axis', 'another axis');
    const [isReverse, isExclusive] = [flag(node, 'reverse', false), flag(node, 'exclusive', false)];
    // Positions of tokens: the same operations at every size, so that the axis can be open in an exported file.
    if (x.type.dtype === 'int32' && size <= MOST_COUNTED) return counted(x, axis, isReverse, isExclusive);
    const turned = isReverse ? flip(x, [axis]) : x;
    // Sums of 1, 2, 4, … neighbours: exact for integers, and of few steps.
    let y = isExclusive ? shifted(turned, axis, 1) : turned;
    for (let step = 1; step < size; step *= 2) y = add(y, shifted(y, axis, step));
    return isReverse ? flip(y, [axis]) : y;
  },
  Gather: (node, c) => {
    const x = c.node(0);
    const axis = axisOf(node, number(node, 'axis', 0), x.type.shape.length);
    return gather(x, indicesFrom(c, 1, x.type.shape[axis] as number), axis);
  },
  GatherElements: (node, c) => {
    const x = c.node(0);
    const { shape } = x.type;
    const axis = axisOf(node, number(node, 'axis', 0), shape.length);
    const size = shape[axis] as number;
    expectFixedSizes(c, shape);
    const indices =
      c.known(1) === undefined ? placesWithin(c, cast(c.node(1), 'int32'), size) : indicesFrom(c, 1, size);
    return gather(reshape(x, [numel(shape)]), placesOf(indices, shape, axis, c));
  },
  GatherND: (node, c) => {
    const x = c.node(0);
    const { shape } = x.type;
    const indices = c.node(1);
    const batch = number(node, 'batch_dims', 0);
    const depth = indices.type.shape.at(-1) as number;
    expectFixedSizes(c, shape, indices.type.shape);
    const indexed = shape.slice(0, batch + depth);
    const steps = strides(indexed);
    const one = { axis: -1 } as const;
    const parts = Array.from({ length: depth }, (_, i) => {
      const at = reshape(slice(indices, { ...one, start: i, end: i + 1 }), indices.type.shape.slice(0, -1));
      return mul(placesWithin(c, at, indexed[batch + i] as number), steps[batch + i] as number);
    });
    const [first, ...rest] = parts;
    if (first === undefined) throw c.unsupported('indices of no axis', 'one at least');
    const inside = rest.reduce(add, first);
    const outer = shape.slice(0, batch);
    const offsets = strides(outer).map((s, i) => ({
      size: outer[i] as number,
      step: s * (numel(indexed) / numel(outer)),
    }));
    const rank = inside.type.shape.length;
    const places = offsets.reduce(
      (at, { size, step }, i) => add(at, reshape(mul(iota(size), step), onAxis(i, size, rank))),
      inside,
    );
    return gather(reshape(x, [numel(indexed), ...shape.slice(batch + depth)]), places);
  },
  OneHot: (node, c) => {
    const depth = c.number(1);
    const values = c.node(2);
    const indices = cast(c.node(0), 'int32');
    const rank = indices.type.shape.length + 1;
    const axis = axisOf(node, number(node, 'axis', -1), rank);
    const last = oneHot(wrapped(indices, depth), depth);
    const order = Array.from({ length: rank }, (_, i) => (i < axis ? i : i === axis ? rank - 1 : i - 1));
    const isHot = cast(transpose(last, order), 'bool');
    const pick = (at: number): Node => reshape(slice(values, { axis: 0, start: at, end: at + 1 }), []);
    return where(isHot, pick(1), pick(0));
  },
  ReverseSequence: (node, c) => {
    const x = c.node(0);
    const { shape } = x.type;
    const [batch, time] = [number(node, 'batch_axis', 1), number(node, 'time_axis', 0)];
    const [rows = 0, steps = 0] = [shape[batch], shape[time]];
    expectFixedSizes(c, shape);
    // The first `length` steps of each row in reverse, the others where they are.
    const given = reshape(c.node(1), [rows, 1]);
    const lengths = refusedWhere(isBeyond(given, steps + 1), given, 'places', c.guard);
    const at = reshape(iota(steps), [1, steps]);
    const places = where(less(at, lengths), sub(sub(lengths, 1), at), at);
    const order = [batch, time, ...shape.flatMap((_, i) => (i === batch || i === time ? [] : [i]))];
    const flat = reshape(transpose(x, order), [rows * steps, ...order.slice(2).map((i) => shape[i] as number)]);
    const moved = gather(flat, add(places, reshape(mul(iota(rows), steps), [rows, 1])));
    return transpose(
      moved,
      order.map((_, i) => order.indexOf(i)),
    );
  },
  Trilu: (node, c) => {
    const x = c.node(0);
    const { shape, dtype } = x.type;
    const k = c.number(1, 0);
    const [rows = 0, columns = 0] = shape.slice(-2);
    expectFixedSizes(c, [rows, columns]);
    const diagonal = sub(reshape(iota(columns), [1, columns]), reshape(iota(rows), [rows, 1]));
    const kept = flag(node, 'upper', true) ? greaterEqual(diagonal, k) : lessEqual(diagonal, k);
    return where(kept, x, scalar(0, dtype));
  },
};

/** Moves elements `by` places along `axis`, with zeros in front. */
function shifted(x: Node, axis: number, by: number): Node {
  const { shape } = x.type;
  const size = shape[axis] as number;
  const kept = slice(x, { axis, start: 0, end: Math.max(0, size - by) });
  const front = shape.map((_, i) => (i === axis ? Math.min(by, size) : 0));
  return pad(
    kept,
    front,
    shape.map(() => 0),
  );
}

/** Indices that may count from the end, counted from the front. */
export function indicesFrom(c: RuleContext, input: number, size: number): Node {
  const given = c.known(input);
  if (given !== undefined && given.second === undefined && size !== DYNAMIC) {
    const data = Array.from(given.data, (v) => (v < 0 ? v + size : v));
    const odd = data.findIndex((v) => !(v >= 0 && v < size));
    if (odd !== -1) throw c.unsupported(`index ${given.data[odd]} of ${size} entries`, `${-size} to ${size - 1}`);
    return c.lift({ ...given, elementType: 'int32', data });
  }
  const indices = cast(c.node(input), 'int32');
  // What is fed is checked when it comes in, and is to be from 0 on; what is found by a maximum is so.
  if (isOp(indices, argMaxOp) || (isOp(indices, inputOp) && c.depth === 0 && c.guard === undefined)) return indices;
  const places = wrapped(indices, size);
  if (c.guard === undefined || isWithin(places, size)) return places;
  if (size === DYNAMIC)
    throw c.unsupported('an entry of the open axis in a branch', 'fixed sizes: build it for a batch of a given size');
  // Where the file does not compute it, a place may be none; where it does, the run is refused, as by ONNX Runtime.
  return where(c.guard, places, minimum(maximum(places, 0), size - 1));
}

/** Indices of `size` entries that may count from the end, counted from the front. A run that names others is refused, where the file computes it. */
export function placesWithin(c: RuleContext, indices: Node, size: number): Node {
  const places = wrapped(indices, size);
  if (isWithin(places, size)) return places;
  const inside = minimum(maximum(places, 0), size - 1);
  return refusedWhere(isBeyond(places, size), inside, 'places', c.guard);
}

function isWithin(places: Node, size: number): boolean {
  const [least, most] = boundsOf(places);
  return least >= 0 && most < size;
}

/** Of longer axes a table of rows and columns takes much memory. */
const MOST_COUNTED = 1024;

/** Sums of all entries up to each one along `axis`, or from it on. */
function counted(x: Node, axis: number, isReverse: boolean, isExclusive: boolean): Node {
  const { shape } = x.type;
  const size = shape[axis] as number;
  const [from, to] = [reshape(iota(size), [1, size]), reshape(iota(size), [size, 1])];
  const [least, most] = isReverse ? [to, from] : [from, to];
  const isTaken = cast(isExclusive ? less(least, most) : lessEqual(least, most), 'int32');
  const ones = (count: number): Shape => Array.from({ length: count }, () => 1);
  const spread = reshape(x, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
  const table = reshape(isTaken, [...ones(axis), size, size, ...ones(shape.length - axis - 1)]);
  return sum(mul(spread, table), { axes: [axis + 1] });
}

export function wrapped(indices: Node, size: number): Node {
  return where(less(indices, 0), add(indices, size), indices);
}

/** Where the elements that `indices` name along `axis` stand in a tensor of `shape`, counted through all its elements. */
export function placesOf(indices: Node, shape: Shape, axis: number, c: RuleContext): Node {
  expectFixedSizes(c, shape, indices.type.shape);
  const steps = strides(shape);
  const rank = shape.length;
  return indices.type.shape.reduce(
    (at, size, i) =>
      i === axis || size === 1 ? at : add(at, reshape(mul(iota(size), steps[i] as number), onAxis(i, size, rank))),
    mul(indices, steps[axis] as number),
  );
}

function onAxis(axis: number, size: number, rank: number): Shape {
  return Array.from({ length: rank }, (_, i) => (i === axis ? size : 1));
}

export function expectFixedSizes(c: RuleContext, ...shapes: readonly Shape[]): void {
  if (shapes.some((shape) => shape.includes(DYNAMIC)))
    throw c.unsupported('a tensor with an open axis', 'fixed sizes: build it for a batch of a given size');
}
