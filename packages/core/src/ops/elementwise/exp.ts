import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from './_types.ts';
import { mul } from './mul.ts';

export const expOp: PrimitiveOp<'exp', NoAttrs> = {
  kind: 'primitive',
  name: 'exp',
  elementwise: true,
  monotone: true,
  infer: (inputs) => unaryFloat('exp', inputs),
  grad: ({ output, dy }) => [mul(dy, output)],
};

/** `e^x`. */
export function exp(x: Node): Node {
  return node(expOp, [x], NO_ATTRS);
}
