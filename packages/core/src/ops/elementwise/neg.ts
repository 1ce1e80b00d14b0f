import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryNumber } from './_types.ts';

export const negOp: PrimitiveOp<'neg', NoAttrs> = {
  kind: 'primitive',
  name: 'neg',
  elementwise: true,
  infer: (inputs) => unaryNumber('neg', inputs),
  grad: ({ dy }) => [neg(dy)],
};

/** `-x`. */
export function neg(x: Node): Node {
  return node(negOp, [x], NO_ATTRS);
}
