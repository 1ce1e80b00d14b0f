import type { NDArray, Node, Shape } from '@descent/core';
import * as ops from '@descent/core/ops';
import { bools, distinct, integers, values } from '@descent/core/testing';
import type { Dice } from '../dice.ts';
import type { RandomCase } from './random-case.ts';

type Draw = (d: Dice) => RandomCase;

/** Ops that move, pick, join and reduce elements, with shapes of any rank. */
export function randomTensorOp(d: Dice): RandomCase {
  return d.pick(DRAWS)(d);
}

const pad: Draw = (d) => {
  const shape = drawShape(d, 0, 4);
  const counts = (most: number): number[] => shape.map(() => Math.max(0, d.int(-1, most)));
  const [before, after] = [counts(3), counts(3)];
  const interior = d.chance(0.5) ? counts(2) : shape.map(() => 0);
  const value = d.pick([0, 0, 1.5, -2]);
  const name = `pad of [${shape}]: [${before}], [${after}], [${interior}], ${value}`;
  return one(d, name, shape, (x) => ops.pad(x, before, after, { interior, value }));
};

const slice: Draw = (d) => {
  const shape = drawShape(d, 1, 4);
  const ranges = shape.map((size, axis) => {
    const start = d.int(0, size);
    return { axis, start, end: d.int(start, size), step: d.int(1, 3) };
  });
  return one(d, `slice of [${shape}]: ${JSON.stringify(ranges)}`, shape, (x) => ops.slice(x, ...ranges));
};

const concat: Draw = (d) => {
  const shape = drawShape(d, 1, 4);
  const axis = d.int(0, shape.length - 1);
  const shapes = Array.from({ length: d.int(1, 4) }, () => shape.with(axis, d.int(0, 4)));
  return {
    name: `concat of ${shapes.map((s) => `[${s}]`).join(', ')} on axis ${axis}`,
    inputs: shapes.map((s) => values(s, d.seed())),
    apply: (...operands) => ops.concat(operands, axis),
  };
};

/** A transpose, alone or around other ops that care for the order of the axes. */
const transpose: Draw = (d) => {
  const shape = drawShape(d, 1, 5);
  const perm = drawOrder(d, shape.length);
  const axes = drawAxes(d, shape.length);
  const then = d.pick(['', 'sum', 'flip', 'reshape']);
  return one(d, `transpose of [${shape}] by [${perm}], ${then} [${axes}]`, shape, (x) => {
    const y = ops.transpose(x, perm);
    if (then === 'sum') return ops.sum(y, { axes });
    if (then === 'flip') return ops.flip(y, axes);
    return then === 'reshape' ? ops.reshape(y, [shape.reduce((n, s) => n * s, 1)]) : y;
  });
};

const reduce: Draw = (d) => {
  const shape = drawShape(d, 1, 5);
  const [op, build] = d.pick(REDUCTIONS);
  const options = { axes: drawAxes(d, shape.length), keepDims: d.chance(0.5) };
  const name = `${op} of [${shape}] over [${options.axes}]${options.keepDims ? ', kept' : ''}`;
  return { name, inputs: [distinct(shape, d.seed())], apply: (x) => build(x as Node, options) };
};

const argMax: Draw = (d) => {
  const shape = drawShape(d, 1, 4);
  const options = { axis: d.int(0, shape.length - 1), keepDims: d.chance(0.5) };
  const few = d.chance(0.5);
  return {
    name: `argMax of [${shape}] over ${options.axis}${few ? ', with ties' : ''}`,
    inputs: [few ? integers(shape, d.seed(), { low: 0, high: 3 }) : values(shape, d.seed())],
    apply: (x) => ops.argMax(x as Node, options),
  };
};

const gather: Draw = (d) => {
  const shape = drawShape(d, 1, 4);
  const axis = d.int(0, shape.length - 1);
  const indices = drawShape(d, 0, 2);
  return {
    name: `gather of [${shape}] by [${indices}] on axis ${axis}`,
    inputs: [values(shape, d.seed()), integers(indices, d.seed(), { low: 0, high: shape[axis] as number })],
    apply: (x, i) => ops.gather(x as Node, i as Node, axis),
  };
};

const scatterAdd: Draw = (d) => {
  const indices = drawShape(d, 0, 2);
  const [outer, inner] = [drawShape(d, 0, 2), drawShape(d, 0, 2)];
  const attrs = { axis: outer.length, size: d.int(1, 6) };
  const updates = [...outer, ...indices, ...inner];
  return {
    name: `scatterAdd of [${updates}] by [${indices}], ${JSON.stringify(attrs)}`,
    inputs: [values(updates, d.seed()), integers(indices, d.seed(), { low: 0, high: attrs.size })],
    apply: (x, i) => ops.scatterAdd(i as Node, x as Node, attrs),
  };
};

const broadcast: Draw = (d) => {
  const shape = drawShape(d, 0, 5);
  const [a, b, condition] = [narrowed(d, shape), narrowed(d, shape), narrowed(d, shape)];
  const [op, build] = d.pick(COMBINATIONS);
  const inputs: NDArray[] = [values(a, d.seed()), values(b, d.seed()), bools(condition, d.seed())];
  return {
    name: `${op} of [${a}], [${b}] and [${condition}]`,
    inputs,
    apply: (x, y, c) => build(x as Node, y as Node, c as Node, shape),
  };
};

const matmul: Draw = (d) => {
  const batch = drawShape(d, 0, 2);
  const [m, k, n] = [d.int(1, 5), d.int(1, 5), d.int(1, 5)];
  const options = { transposeA: d.chance(0.4), transposeB: d.chance(0.4) };
  const a = [...narrowed(d, batch), ...(options.transposeA ? [k, m] : [m, k])];
  const b = [...narrowed(d, batch), ...(options.transposeB ? [n, k] : [k, n])];
  return {
    name: `matmul of [${a}] and [${b}], ${JSON.stringify(options)}`,
    inputs: [values(a, d.seed()), values(b, d.seed())],
    apply: (x, y) => ops.matmul(x as Node, y as Node, options),
  };
};

/** One operand in two products, in another shape each time. */
const sharedMatmul: Draw = (d) => {
  const [k, n] = d.pick([
    [1, 4],
    [4, 1],
    [2, 3],
    [2, 2],
  ]) as readonly [number, number];
  const m = d.int(1, 3);
  return {
    name: `matmul of [${m}, ${k}] and [${m}, ${n}] by [${k}, ${n}], reshaped`,
    inputs: [values([m, k], d.seed()), values([m, n], d.seed()), values([k, n], d.seed())],
    apply(...operands) {
      const [x, y, w] = operands as [Node, Node, Node];
      return ops.concat([ops.matmul(x, w), ops.matmul(y, ops.reshape(w, [n, k]))], 1);
    },
  };
};

const normalized: Draw = (d) => {
  const shape = drawShape(d, 1, 4);
  const [op, build] = d.pick(NORMALIZATIONS);
  const axis = d.int(0, shape.length - 1);
  return one(d, `${op} of [${shape}] along ${axis}`, shape, (x) => build(x, { axis }));
};

const REDUCTIONS = [
  ['sum', ops.sum],
  ['mean', ops.mean],
  ['max', ops.max],
  ['min', ops.min],
] as const;

const COMBINATIONS = [
  ['add', (x, y) => ops.add(x, y)],
  ['sub', (x, y) => ops.sub(x, y)],
  ['mul', (x, y) => ops.mul(x, y)],
  ['where', (x, y, condition) => ops.where(condition, x, y)],
  ['broadcastTo', (x, y, _, shape) => ops.add(ops.broadcastTo(x, shape), y)],
] as const satisfies readonly (readonly [string, (x: Node, y: Node, condition: Node, shape: Shape) => Node])[];

const NORMALIZATIONS = [
  ['softmax', ops.softmax],
  ['logSoftmax', ops.logSoftmax],
] as const;

const DRAWS = [
  pad,
  slice,
  concat,
  transpose,
  reduce,
  argMax,
  gather,
  scatterAdd,
  broadcast,
  matmul,
  sharedMatmul,
  normalized,
];

function one(d: Dice, name: string, shape: Shape, f: (x: Node) => Node): RandomCase {
  return { name, inputs: [values(shape, d.seed())], apply: (x) => f(x as Node) };
}

/** Sizes from 1 to 5; axes of size 1 are frequent. */
function drawShape(d: Dice, least: number, most: number): Shape {
  return Array.from({ length: d.int(least, most) }, () => d.pick([1, 1, 2, 3, 4, 5]));
}

/** A shape that broadcasts to `shape`: some leading axes left out, some sizes 1. */
function narrowed(d: Dice, shape: Shape): Shape {
  return shape.slice(d.chance(0.3) ? d.int(0, shape.length) : 0).map((size) => (d.chance(0.3) ? 1 : size));
}

function drawOrder(d: Dice, rank: number): number[] {
  const rest = Array.from({ length: rank }, (_, i) => i);
  return Array.from({ length: rank }, () => rest.splice(d.int(0, rest.length - 1), 1)[0] as number);
}

function drawAxes(d: Dice, rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis).filter(() => d.chance(0.5));
}
