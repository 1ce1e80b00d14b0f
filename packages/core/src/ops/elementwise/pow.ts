import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { scalar } from '../leaf/constant.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { binary, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';
import { equal } from './equal.ts';
import { greater } from './greater.ts';
import { log } from './log.ts';
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
    // b·a^(b-1), and 0 for b = 0 even at a = 0; a^b·ln a, and 0 where a is not positive (PyTorch's convention at a = 0).
    const da = where(equal(b, 0), scalar(0), mul(b, pow(a, sub(b, 1))));
    const positive = greater(a, 0);
    const db = where(positive, mul(output, log(where(positive, a, scalar(1)))), scalar(0));
    return [sumTo(mul(dy, da), a.type.shape), sumTo(mul(dy, db), b.type.shape)];
  },
};

/** `a` to the power of `b`, broadcasting. */
export function pow(a: Operand, b: Operand): Node {
  return node(powOp, operands('pow', a, b), NO_ATTRS);
}
