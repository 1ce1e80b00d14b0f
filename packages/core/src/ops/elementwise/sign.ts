import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryNumber } from './_types.ts';

export const signOp: PrimitiveOp<'sign', NoAttrs> = {
  kind: 'primitive',
  name: 'sign',
  elementwise: true,
  infer: (inputs) => unaryNumber('sign', inputs),
  grad: 'zero',
};

/** -1, 0 or 1. Its gradient is zero everywhere. */
export function sign(x: Node): Node {
  return node(signOp, [x], NO_ATTRS);
}
