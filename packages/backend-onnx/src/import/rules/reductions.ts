import type { Node } from '@descent/core';
import {
  abs,
  add,
  argMax,
  cast,
  concat,
  detach,
  div,
  exp,
  flip,
  log,
  max,
  mean,
  min,
  mul,
  neg,
  reshape,
  scalar,
  slice,
  sqrt,
  sub,
  sum,
  transpose,
} from '@descent/core/ops';
import { flag, number, numbers } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { Rule, RuleContext, Rules } from '../rule.ts';
import { axesOf, axisOf } from './_axes.ts';
import { inNumbers } from './_types.ts';

interface Over {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Reductions over some axes, all by default. */
export const REDUCTIONS: Rules = {
  ArgMax: (node, c) => extremeIndex(node, c, (x) => x),
  // −1 − x turns the order of integers around without one that is too large.
  ArgMin: (node, c) => extremeIndex(node, c, (x) => (x.type.dtype === 'int32' ? sub(-1, x) : neg(x))),
  ReduceL1: reduction((x, over) => sum(abs(x), over)),
  ReduceL2: reduction((x, over) => sqrt(sum(mul(x, x), over))),
  ReduceLogSum: reduction((x, over) => log(sum(x, over))),
  ReduceLogSumExp: reduction((x, over) => {
    const most = detach(max(x, { axes: over.axes, keepDims: true }));
    const rest = log(sum(exp(sub(x, most)), over));
    return add(rest, reshape(most, rest.type.shape));
  }),
  ReduceMax: reduction((x, over) => max(x, over)),
  ReduceMean: reduction((x, over) =>
    x.type.dtype === 'float32' ? mean(x, over) : div(sum(x, over), sum(scalar(1, 'int32', x.type.shape), over)),
  ),
  ReduceMin: reduction((x, over) => min(x, over)),
  ReduceProd: reduction(product),
  ReduceSum: reduction((x, over) => sum(x, over), 13),
  ReduceSumSquare: reduction((x, over) => sum(mul(x, x), over)),
};

/** Axes are an attribute before opset `since`, and an input from there on. */
function reduction(op: (x: Node, over: Over) => Node, since = 18): Rule {
  return (node, c) => {
    const x = c.node(0);
    const rank = x.type.shape.length;
    const given = node.opset < since ? numbers(node, 'axes', []) : c.numbers(1, []);
    if (given.length === 0 && flag(node, 'noop_with_empty_axes', false)) return x;
    const axes = given.length === 0 ? x.type.shape.map((_, i) => i) : axesOf(node, given, rank);
    return inNumbers([x], ([value]) => op(value, { axes, keepDims: flag(node, 'keepdims', true) }));
  };
}

/** By halves: of 2n numbers the products of n pairs, until one is left. */
function product(x: Node, { axes, keepDims }: Over): Node {
  const { shape, dtype } = x.type;
  const kept = shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]));
  const outer = kept.map((i) => shape[i] as number);
  const count = axes.reduce((n, i) => n * (shape[i] as number), 1);
  const last = outer.length;
  let y = reshape(transpose(x, [...kept, ...axes]), [...outer, count]);
  if (count === 0) return scalar(1, dtype, keepDims ? shape.map((d, i) => (axes.includes(i) ? 1 : d)) : outer);
  for (let size = count; size > 1; size = Math.ceil(size / 2)) {
    const half = Math.floor(size / 2);
    const [a, b] = [0, half].map((start) => slice(y, { axis: last, start, end: start + half })) as [Node, Node];
    const rest = size % 2 === 0 ? [] : [slice(y, { axis: last, start: size - 1, end: size })];
    y = concat([mul(a, b), ...rest], last);
  }
  return reshape(y, keepDims ? shape.map((d, i) => (axes.includes(i) ? 1 : d)) : outer);
}

function extremeIndex(node: ImportedNode, c: RuleContext, as: (x: Node) => Node): Node {
  const given = c.node(0);
  const x = as(given.type.dtype === 'float32' ? given : cast(given, 'int32'));
  const axis = axisOf(node, number(node, 'axis', 0), x.type.shape.length);
  const keepDims = flag(node, 'keepdims', true);
  if (!flag(node, 'select_last_index', false)) return argMax(x, { axis, keepDims });
  return sub((x.type.shape[axis] as number) - 1, argMax(flip(x, [axis]), { axis, keepDims }));
}
