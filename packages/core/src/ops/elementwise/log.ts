import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from './_types.ts';
import { div } from './div.ts';

export const logOp: PrimitiveOp<'log', NoAttrs> = {
  kind: 'primitive',
  name: 'log',
  elementwise: true,
  infer: (inputs) => unaryFloat('log', inputs),
  grad: ({ inputs, dy }) => [div(dy, inputs[0] as Node)],
};

/** Natural logarithm. */
export function log(x: Node): Node {
  return node(logOp, [x], NO_ATTRS);
}
