import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { comparison, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';

export const greaterEqualOp: PrimitiveOp<'greaterEqual', NoAttrs> = {
  kind: 'primitive',
  name: 'greaterEqual',
  elementwise: true,
  infer: (inputs) => comparison('greaterEqual', inputs),
  grad: 'zero',
};

/** `a ≥ b` elementwise, as booleans, broadcasting. */
export function greaterEqual(a: Operand, b: Operand): Node {
  return node(greaterEqualOp, operands('greaterEqual', a, b), NO_ATTRS);
}
