import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from '../elementwise/_types.ts';
import { add } from '../elementwise/add.ts';
import { div } from '../elementwise/div.ts';
import { equal } from '../elementwise/equal.ts';
import { greater } from '../elementwise/greater.ts';
import { log } from '../elementwise/log.ts';
import { mul } from '../elementwise/mul.ts';
import { sub } from '../elementwise/sub.ts';
import { where } from '../elementwise/where.ts';

export const log1pOp: CompositeOp<'log1p', NoAttrs> = {
  kind: 'composite',
  name: 'log1p',
  infer: (inputs) => unaryFloat('log1p', inputs),
  decompose(inputs) {
    const x = inputs[0] as Node;
    // What rounding took from 1 + x is given back by the quotient (Kahan); above 1 nothing that counts is lost, and the quotient may be ∞/∞.
    const shifted = add(x, 1);
    const corrected = mul(log(shifted), div(x, sub(shifted, 1)));
    return where(greater(x, 1), log(shifted), where(equal(shifted, 1), x, corrected));
  },
  grad: ({ inputs, dy }) => [div(dy, add(inputs[0] as Node, 1))],
};

/** `ln(1 + x)`, right also where x is so small that 1 + x is 1. */
export function log1p(x: Node): Node {
  return node(log1pOp, [x], NO_ATTRS);
}
