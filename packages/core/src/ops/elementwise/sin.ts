import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from './_types.ts';
import { cos } from './cos.ts';
import { mul } from './mul.ts';

export const sinOp: PrimitiveOp<'sin', NoAttrs> = {
  kind: 'primitive',
  name: 'sin',
  elementwise: true,
  infer: (inputs) => unaryFloat('sin', inputs),
  grad: ({ inputs, dy }) => [mul(dy, cos(inputs[0] as Node))],
};

/** Sine of x in radians. */
export function sin(x: Node): Node {
  return node(sinOp, [x], NO_ATTRS);
}
