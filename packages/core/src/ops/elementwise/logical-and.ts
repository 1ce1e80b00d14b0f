import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { binary, NO_ATTRS, type NoAttrs } from './_types.ts';

export const logicalAndOp: PrimitiveOp<'logicalAnd', NoAttrs> = {
  kind: 'primitive',
  name: 'logicalAnd',
  elementwise: true,
  commutative: true,
  infer: (inputs) => binary('logicalAnd', inputs, ['bool']),
  grad: 'zero',
};

/** `a and b` of booleans, broadcasting. */
export function logicalAnd(a: Node, b: Node): Node {
  return node(logicalAndOp, [a, b], NO_ATTRS);
}
