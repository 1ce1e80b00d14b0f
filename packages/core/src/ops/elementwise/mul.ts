import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { binary, covers, isConstantOf, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';

export const mulOp: PrimitiveOp<'mul', NoAttrs> = {
  kind: 'primitive',
  name: 'mul',
  elementwise: true,
  commutative: true,
  simplify({ inputs: [a, b] }) {
    if (isConstantOf(b as Node, 1) && covers(a as Node, b as Node)) return a as Node;
    if (isConstantOf(a as Node, 1) && covers(b as Node, a as Node)) return b as Node;
    return null;
  },
  infer: (inputs) => binary('mul', inputs),
  grad({ inputs, dy }) {
    const [a, b] = inputs as readonly [Node, Node];
    return [sumTo(mul(dy, b), a.type.shape), sumTo(mul(dy, a), b.type.shape)];
  },
};

/** `a * b`, broadcasting. */
export function mul(a: Operand, b: Operand): Node {
  return node(mulOp, operands('mul', a, b), NO_ATTRS);
}
