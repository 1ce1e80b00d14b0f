import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { scalar } from '../leaf/constant.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { binary, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';
import { equal } from './equal.ts';
import { greaterEqual } from './greater-equal.ts';
import { log } from './log.ts';
import { logicalAnd } from './logical-and.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

export const powOp: PrimitiveOp<'pow', NoAttrs> = {
  kind: 'primitive',
  name: 'pow',
  elementwise: true,
  infer: (inputs) => binary('pow', inputs, ['float32']),
  grad({ inputs, output, dy }) {
    const [a, b] = inputs as readonly [Node, Node];
    // As in PyTorch: dy·b·a^(b-1), and 0 where b is 0; dy·a^b·ln a, and 0 where a is 0 and b is not negative.
    const da = where(equal(b, 0), scalar(0), mul(dy, mul(b, pow(a, sub(b, 1)))));
    const flat = logicalAnd(equal(a, 0), greaterEqual(b, 0));
    const db = mul(dy, where(flat, scalar(0), mul(output, log(a))));
    return [sumTo(da, a.type.shape), sumTo(db, b.type.shape)];
  },
};

/** `a` to the power of `b`, broadcasting. */
export function pow(a: Operand, b: Operand): Node {
  return node(powOp, operands('pow', a, b), NO_ATTRS);
}
