import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from './_types.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

export const sigmoidOp: PrimitiveOp<'sigmoid', NoAttrs> = {
  kind: 'primitive',
  name: 'sigmoid',
  elementwise: true,
  monotone: true,
  infer: (inputs) => unaryFloat('sigmoid', inputs),
  grad: ({ output, dy }) => [mul(dy, mul(output, sub(1, output)))],
};

/** `1 / (1 + e^-x)`. */
export function sigmoid(x: Node): Node {
  return node(sigmoidOp, [x], NO_ATTRS);
}
