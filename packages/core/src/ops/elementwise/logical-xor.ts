import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { binary, NO_ATTRS, type NoAttrs } from './_types.ts';

export const logicalXorOp: PrimitiveOp<'logicalXor', NoAttrs> = {
  kind: 'primitive',
  name: 'logicalXor',
  elementwise: true,
  commutative: true,
  infer: (inputs) => binary('logicalXor', inputs, ['bool']),
  grad: 'zero',
};

/** `a xor b` of booleans, broadcasting. */
export function logicalXor(a: Node, b: Node): Node {
  return node(logicalXorOp, [a, b], NO_ATTRS);
}
