import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from './_types.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';

export const sqrtOp: PrimitiveOp<'sqrt', NoAttrs> = {
  kind: 'primitive',
  name: 'sqrt',
  elementwise: true,
  infer: (inputs) => unaryFloat('sqrt', inputs),
  grad: ({ output, dy }) => [div(mul(dy, 0.5), output)],
};

/** Square root; NaN below zero. */
export function sqrt(x: Node): Node {
  return node(sqrtOp, [x], NO_ATTRS);
}
