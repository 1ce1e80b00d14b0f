import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { binary, covers, isConstantOf, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';

export const divOp: PrimitiveOp<'div', NoAttrs> = {
  kind: 'primitive',
  name: 'div',
  elementwise: true,
  simplify: ({ inputs: [a, b] }) => (isConstantOf(b as Node, 1) && covers(a as Node, b as Node) ? (a as Node) : null),
  infer: (inputs) => binary('div', inputs),
  grad({ inputs, output, dy }) {
    const [a, b] = inputs as readonly [Node, Node];
    const da = div(dy, b);
    return [sumTo(da, a.type.shape), sumTo(neg(mul(da, output)), b.type.shape)];
  },
};

/** `a / b`, broadcasting; integers truncate towards zero, and divided by 0 they give 0. */
export function div(a: Operand, b: Operand): Node {
  return node(divOp, operands('div', a, b), NO_ATTRS);
}
