import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { comparison, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';

export const equalOp: PrimitiveOp<'equal', NoAttrs> = {
  kind: 'primitive',
  name: 'equal',
  elementwise: true,
  commutative: true,
  infer: (inputs) => comparison('equal', inputs),
  grad: 'zero',
};

/** `a = b` elementwise, as booleans, broadcasting. */
export function equal(a: Operand, b: Operand): Node {
  return node(equalOp, operands('equal', a, b), NO_ATTRS);
}
