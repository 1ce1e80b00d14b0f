import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { comparison, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';

export const greaterOp: PrimitiveOp<'greater', NoAttrs> = {
  kind: 'primitive',
  name: 'greater',
  elementwise: true,
  infer: (inputs) => comparison('greater', inputs),
  grad: 'zero',
};

/** `a > b` elementwise, as booleans, broadcasting. */
export function greater(a: Operand, b: Operand): Node {
  return node(greaterOp, operands('greater', a, b), NO_ATTRS);
}
