import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from './_types.ts';
import { cast } from './cast.ts';
import { greater } from './greater.ts';
import { mul } from './mul.ts';

export const reluOp: PrimitiveOp<'relu', NoAttrs> = {
  kind: 'primitive',
  name: 'relu',
  elementwise: true,
  monotone: true,
  infer: (inputs) => unaryFloat('relu', inputs),
  grad: ({ output, dy }) => [mul(dy, cast(greater(output, 0), 'float32'))],
};

/** `max(x, 0)`; the gradient at 0 is 0, as in PyTorch. */
export function relu(x: Node): Node {
  return node(reluOp, [x], NO_ATTRS);
}
