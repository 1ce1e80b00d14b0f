import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { comparison, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';

export const lessEqualOp: PrimitiveOp<'lessEqual', NoAttrs> = {
  kind: 'primitive',
  name: 'lessEqual',
  elementwise: true,
  infer: (inputs) => comparison('lessEqual', inputs),
  grad: 'zero',
};

/** `a ≤ b` elementwise, as booleans, broadcasting. */
export function lessEqual(a: Operand, b: Operand): Node {
  return node(lessEqualOp, operands('lessEqual', a, b), NO_ATTRS);
}
