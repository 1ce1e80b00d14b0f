import type { DType, Node } from '@descent/core';
import {
  abs,
  add,
  cast,
  cos,
  div,
  erf,
  exp,
  floor,
  greaterEqual,
  less,
  log,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  reshape,
  scalar,
  sign,
  sin,
  sqrt,
  sub,
  tanh,
  where,
} from '@descent/core/ops';
import { flag, number } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { Rule, RuleContext, Rules } from '../rule.ts';
import { axisOf } from './_axes.ts';
import { integerPower } from './_powers.ts';
import { inNumbers, joinedDType } from './_types.ts';

/** Arithmetic, element by element. */
export const ELEMENTWISE: Rules = {
  Abs: unary(abs),
  Acos: (_, c) => sub(Math.PI / 2, arcsine(c.node(0))),
  Acosh: (_, c) => log(add(c.node(0), sqrt(sub(mul(c.node(0), c.node(0)), 1)))),
  Add: binary(add),
  Asin: (_, c) => arcsine(c.node(0)),
  Asinh: (_, c) => {
    // As |x|, so that nothing is lost where x is a large negative number.
    const x = c.node(0);
    const size = abs(x);
    return mul(sign(x), log(add(size, sqrt(add(mul(x, x), 1)))));
  },
  Atan: (_, c) => arctangent(c.node(0)),
  Atanh: (_, c) => mul(log(div(add(1, c.node(0)), sub(1, c.node(0)))), 0.5),
  Ceil: (_, c) => neg(floor(neg(c.node(0)))),
  Cos: unary(cos),
  Cosh: (_, c) => mul(add(exp(c.node(0)), exp(neg(c.node(0)))), 0.5),
  Div: binary(div),
  Erf: unary(erf),
  Exp: unary(exp),
  Floor: unary(floor),
  Log: unary(log),
  Max: several(maximum),
  Mean: (_, c) => {
    const [first, ...rest] = c.nodes();
    return mul(rest.reduce(add, first as Node), 1 / (rest.length + 1));
  },
  Min: several(minimum),
  Mod: (node, c) => {
    const [a, b] = pair(c);
    return inNumbers([a, b], ([x, y]) => (flag(node, 'fmod', false) ? truncated(x, y) : floored(x, y)));
  },
  Mul: binary(mul),
  Neg: unary(neg),
  // The result has the type of the base.
  Pow: (_, c) => (c.node(0).type.dtype === 'float32' ? pow(c.node(0), cast(c.node(1), 'float32')) : integerPower(c)),
  Reciprocal: (_, c) => div(1, c.node(0)),
  Round: (_, c) => roundedToEven(c.node(0)),
  Sign: unary(sign),
  Sin: unary(sin),
  Sinh: (_, c) => mul(sub(exp(c.node(0)), exp(neg(c.node(0)))), 0.5),
  Sqrt: unary(sqrt),
  Sub: binary(sub),
  Sum: several(add),
  Tan: (_, c) => div(sin(c.node(0)), cos(c.node(0))),
  Tanh: unary(tanh),
};

function unary(op: (x: Node) => Node): Rule {
  return (_, c) => inNumbers([c.node(0)], ([x]) => op(x));
}

function binary(op: (a: Node, b: Node) => Node): Rule {
  return (node, c) => {
    const [a, b] = pair(c);
    return inNumbers([a, aligned(node, a, b)], ([x, y]) => op(x, y));
  };
}

/** Of any number of tensors. */
function several(op: (a: Node, b: Node) => Node): Rule {
  return (_, c) => {
    const [first, ...rest] = c.nodes();
    if (first === undefined) throw c.unsupported('no inputs', 'one at least');
    return inNumbers([first, ...rest], ([a, ...more]) => more.reduce(op, a));
  };
}

/** Both inputs in one type: files have one, but integers of 8 bits may meet those of 32 that stand for 64. */
function pair(c: RuleContext): readonly [Node, Node] {
  const [a, b] = [c.node(0), c.node(1)];
  const dtype: DType = joinedDType(a, b);
  return [cast(a, dtype), cast(b, dtype)];
}

/** Before opset 7 a file said along which axes the second operand stands. */
function aligned(node: ImportedNode, a: Node, b: Node): Node {
  if (node.opset >= 7 || !node.attributes.has('axis')) return b;
  const rank = a.type.shape.length;
  const axis = axisOf(node, number(node, 'axis'), rank);
  const ones = new Array<number>(Math.max(0, rank - axis - b.type.shape.length)).fill(1);
  return reshape(b, [...b.type.shape, ...ones]);
}

/** The rest that has the sign of the dividend, as in C. */
function truncated(x: Node, y: Node): Node {
  if (x.type.dtype === 'int32') return sub(x, mul(div(x, y), y));
  const whole = div(x, y);
  return sub(x, mul(mul(sign(whole), floor(abs(whole))), y));
}

/** The rest that has the sign of the divisor, as in Python. */
function floored(x: Node, y: Node): Node {
  if (x.type.dtype !== 'int32') return sub(x, mul(floor(div(x, y)), y));
  const rest = truncated(x, y);
  const isOther = less(mul(sign(rest), sign(y)), 0);
  return where(isOther, add(rest, y), rest);
}

/** To the nearest whole number, halves to the even one. */
export function roundedToEven(x: Node): Node {
  const low = floor(x);
  const rest = sub(x, low);
  const isOdd = greaterEqual(sub(low, mul(floor(mul(low, 0.5)), 2)), 0.5);
  const up = where(isOdd, greaterEqual(rest, 0.5), greater(rest));
  return add(low, cast(up, 'float32'));
}

/** Above a half. */
function greater(rest: Node): Node {
  return less(scalar(0.5), rest);
}

/** π/2 − √(1−x)·…: by the arctangent of the half angle, whose argument stays within ±1. */
function arcsine(x: Node): Node {
  return mul(arctangent(div(x, add(1, sqrt(maximum(sub(1, mul(x, x)), 0))))), 2);
}

/**
 * Arctangent to float32's precision: the argument is brought to [0, tan(π/8)] by two identities, and there a polynomial of Cephes' atanf (Moshier 1989)
 * has an error below 2e-8.
 */
function arctangent(x: Node): Node {
  const size = abs(x);
  const isLarge = less(scalar(2.414213562373095), size);
  const isMiddle = less(scalar(0.4142135623730951), size);
  // Both branches are finite, so that a gradient of the branch that is not taken stays finite, too.
  const large = neg(div(1, maximum(size, 0.4142135623730951)));
  const middle = div(sub(size, 1), add(size, 1));
  const small = where(isLarge, large, where(isMiddle, middle, size));
  const start = where(isLarge, scalar(Math.PI / 2), where(isMiddle, scalar(Math.PI / 4), scalar(0)));
  const z = mul(small, small);
  const series = [8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1];
  const sum = series.slice(1).reduce((acc, k) => add(mul(acc, z), k), scalar(series[0] as number));
  const y = add(start, add(mul(mul(sum, z), small), small));
  return where(less(x, 0), neg(y), y);
}
