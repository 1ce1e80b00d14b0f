import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from './_types.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

export const tanhOp: PrimitiveOp<'tanh', NoAttrs> = {
  kind: 'primitive',
  name: 'tanh',
  elementwise: true,
  monotone: true,
  infer: (inputs) => unaryFloat('tanh', inputs),
  grad: ({ output, dy }) => [mul(dy, sub(1, mul(output, output)))],
};

/** Hyperbolic tangent. */
export function tanh(x: Node): Node {
  return node(tanhOp, [x], NO_ATTRS);
}
