import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { comparison, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';

export const lessOp: PrimitiveOp<'less', NoAttrs> = {
  kind: 'primitive',
  name: 'less',
  elementwise: true,
  infer: (inputs) => comparison('less', inputs),
  grad: 'zero',
};

/** `a < b` elementwise, as booleans, broadcasting. */
export function less(a: Operand, b: Operand): Node {
  return node(lessOp, operands('less', a, b), NO_ATTRS);
}
