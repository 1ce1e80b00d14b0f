import type { DType, Node } from '@descent/core';
import {
  abs,
  cast,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  scalar,
  where,
} from '@descent/core/ops';
import { flag, number } from '../attributes.ts';
import { converted, convertedNumber } from '../integers.ts';
import { dtypeOf, type ElementType, isKnown, type Known, known } from '../known.ts';
import type { Rule, RuleContext, Rules } from '../rule.ts';
import { elementTypeOf } from './_element-types.ts';
import { joinedDType } from './_types.ts';

/** Comparisons, logic, and changes of the element type. */
export const LOGIC: Rules = {
  And: (_, c) => logicalAnd(c.node(0), c.node(1)),
  Cast: (node, c) => casted(elementTypeOf(node, number(node, 'to')), c),
  CastLike: (_, c) => {
    const like = c.value(1);
    return casted(c.typeOf(1) ?? (isKnown(like) ? like.elementType : (like.type.dtype as ElementType)), c);
  },
  Equal: comparison(equal),
  Greater: comparison(greater),
  GreaterOrEqual: comparison(greaterEqual),
  IsInf: (node, c) => {
    const x = c.node(0);
    const [negative, positive] = [flag(node, 'detect_negative', true), flag(node, 'detect_positive', true)];
    if (negative && positive) return equal(abs(x), Number.POSITIVE_INFINITY);
    if (negative) return equal(x, Number.NEGATIVE_INFINITY);
    return positive ? equal(x, Number.POSITIVE_INFINITY) : scalar(0, 'bool', x.type.shape);
  },
  IsNaN: (_, c) => logicalNot(equal(c.node(0), c.node(0))),
  Less: comparison(less),
  LessOrEqual: comparison(lessEqual),
  Not: (_, c) => logicalNot(c.node(0)),
  Or: (_, c) => logicalOr(c.node(0), c.node(1)),
  Where: (_, c) => {
    const [a, b] = sameType(c.node(1), c.node(2));
    return where(c.node(0), a, b);
  },
  Xor: (_, c) => logicalXor(c.node(0), c.node(1)),
};

function comparison(op: (a: Node, b: Node) => Node): Rule {
  return (_, c) => op(...sameType(c.node(0), c.node(1)));
}

function sameType(a: Node, b: Node): readonly [Node, Node] {
  const dtype: DType = joinedDType(a, b);
  return [cast(a, dtype), cast(b, dtype)];
}

/** The first input in another type; of known numbers the new type is kept, of tensors of the graph what stands for it. */
function casted(to: ElementType, c: RuleContext): Node | Known {
  const given = c.known(0);
  if (given === undefined)
    return dtypeOf(to) === 'float32' ? cast(c.node(0), 'float32') : converted(c.node(0), to, c.guard);
  const isFloat = dtypeOf(given.elementType) === 'float32';
  const value = (v: number): number => {
    const y = convertedNumber(v, to, isFloat);
    if (y !== undefined) return y;
    throw c.unsupported(`${v} as ${to}`, `a number that ${to} holds`);
  };
  return known(to, given.shape, Array.from(given.data, value));
}
