import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { tieGrads } from './_tie-grads.ts';
import { binary, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';
import { greater } from './greater.ts';
import { less } from './less.ts';

export const maximumOp: PrimitiveOp<'maximum', NoAttrs> = {
  kind: 'primitive',
  name: 'maximum',
  elementwise: true,
  commutative: true,
  infer: (inputs) => binary('maximum', inputs),
  grad({ inputs, dy }) {
    const [a, b] = inputs as readonly [Node, Node];
    return tieGrads(a, b, less(a, b), greater(a, b), dy);
  },
};

/** The larger of `a` and `b`, broadcasting; where they are equal each gets half of the gradient, as in PyTorch. */
export function maximum(a: Operand, b: Operand): Node {
  return node(maximumOp, operands('maximum', a, b), NO_ATTRS);
}
