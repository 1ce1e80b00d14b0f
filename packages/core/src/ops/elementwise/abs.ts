import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryNumber } from './_types.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';

export const absOp: PrimitiveOp<'abs', NoAttrs> = {
  kind: 'primitive',
  name: 'abs',
  elementwise: true,
  infer: (inputs) => unaryNumber('abs', inputs),
  grad: ({ inputs, dy }) => [mul(dy, sign(inputs[0] as Node))],
};

/** Absolute value; the gradient at 0 is 0, as in PyTorch. */
export function abs(x: Node): Node {
  return node(absOp, [x], NO_ATTRS);
}
