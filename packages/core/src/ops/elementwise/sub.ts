import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { binary, covers, isConstantOf, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';
import { neg } from './neg.ts';

export const subOp: PrimitiveOp<'sub', NoAttrs> = {
  kind: 'primitive',
  name: 'sub',
  elementwise: true,
  simplify: ({ inputs: [a, b] }) => (isConstantOf(b as Node, 0) && covers(a as Node, b as Node) ? (a as Node) : null),
  infer: (inputs) => binary('sub', inputs),
  grad: ({ inputs: [a, b], dy }) => [sumTo(dy, (a as Node).type.shape), sumTo(neg(dy), (b as Node).type.shape)],
};

/** `a - b`, broadcasting. */
export function sub(a: Operand, b: Operand): Node {
  return node(subOp, operands('sub', a, b), NO_ATTRS);
}
