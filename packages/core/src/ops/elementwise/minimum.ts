import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { tieGrads } from './_tie-grads.ts';
import { binary, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';
import { greater } from './greater.ts';
import { less } from './less.ts';

export const minimumOp: PrimitiveOp<'minimum', NoAttrs> = {
  kind: 'primitive',
  name: 'minimum',
  elementwise: true,
  commutative: true,
  infer: (inputs) => binary('minimum', inputs),
  grad({ inputs, dy }) {
    const [a, b] = inputs as readonly [Node, Node];
    return tieGrads(a, b, greater(a, b), less(a, b), dy);
  },
};

/** The smaller of `a` and `b`, broadcasting; where they are equal each gets half of the gradient, as in PyTorch. */
export function minimum(a: Operand, b: Operand): Node {
  return node(minimumOp, operands('minimum', a, b), NO_ATTRS);
}
