import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { binary, NO_ATTRS, type NoAttrs } from './_types.ts';

export const logicalOrOp: PrimitiveOp<'logicalOr', NoAttrs> = {
  kind: 'primitive',
  name: 'logicalOr',
  elementwise: true,
  commutative: true,
  infer: (inputs) => binary('logicalOr', inputs, ['bool']),
  grad: 'zero',
};

/** `a or b` of booleans, broadcasting. */
export function logicalOr(a: Node, b: Node): Node {
  return node(logicalOrOp, [a, b], NO_ATTRS);
}
