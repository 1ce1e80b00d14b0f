import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from './_types.ts';

export const floorOp: PrimitiveOp<'floor', NoAttrs> = {
  kind: 'primitive',
  name: 'floor',
  elementwise: true,
  monotone: true,
  infer: (inputs) => unaryFloat('floor', inputs),
  grad: 'zero',
};

/** The largest integer not above x. Its gradient is zero everywhere. */
export function floor(x: Node): Node {
  return node(floorOp, [x], NO_ATTRS);
}
