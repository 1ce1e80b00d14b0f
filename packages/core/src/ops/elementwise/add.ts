import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { binary, covers, isConstantOf, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';

export const addOp: PrimitiveOp<'add', NoAttrs> = {
  kind: 'primitive',
  name: 'add',
  elementwise: true,
  commutative: true,
  simplify({ inputs: [a, b] }) {
    if (isConstantOf(b as Node, 0) && covers(a as Node, b as Node)) return a as Node;
    if (isConstantOf(a as Node, 0) && covers(b as Node, a as Node)) return b as Node;
    return null;
  },
  infer: (inputs) => binary('add', inputs),
  grad: ({ inputs: [a, b], dy }) => [sumTo(dy, (a as Node).type.shape), sumTo(dy, (b as Node).type.shape)],
};

/** `a + b`, broadcasting. */
export function add(a: Operand, b: Operand): Node {
  return node(addOp, operands('add', a, b), NO_ATTRS);
}
