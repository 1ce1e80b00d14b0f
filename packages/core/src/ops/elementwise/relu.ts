import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { scalar } from '../leaf/constant.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from './_types.ts';
import { lessEqual } from './less-equal.ts';
import { where } from './where.ts';

export const reluOp: PrimitiveOp<'relu', NoAttrs> = {
  kind: 'primitive',
  name: 'relu',
  elementwise: true,
  monotone: true,
  infer: (inputs) => unaryFloat('relu', inputs),
  // Chosen, not multiplied: of an infinite gradient nothing flows where the output is 0.
  grad: ({ output, dy }) => [where(lessEqual(output, 0), scalar(0), dy)],
};

/** `max(x, 0)`; the gradient at 0 is 0, as in PyTorch. */
export function relu(x: Node): Node {
  return node(reluOp, [x], NO_ATTRS);
}
