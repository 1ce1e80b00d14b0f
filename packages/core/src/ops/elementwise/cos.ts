import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from './_types.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sin } from './sin.ts';

export const cosOp: PrimitiveOp<'cos', NoAttrs> = {
  kind: 'primitive',
  name: 'cos',
  elementwise: true,
  infer: (inputs) => unaryFloat('cos', inputs),
  grad: ({ inputs, dy }) => [neg(mul(dy, sin(inputs[0] as Node)))],
};

/** Cosine of x in radians. */
export function cos(x: Node): Node {
  return node(cosOp, [x], NO_ATTRS);
}
