import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from '../elementwise/_types.ts';
import { abs } from '../elementwise/abs.ts';
import { add } from '../elementwise/add.ts';
import { exp } from '../elementwise/exp.ts';
import { mul } from '../elementwise/mul.ts';
import { neg } from '../elementwise/neg.ts';
import { relu } from '../elementwise/relu.ts';
import { sigmoid } from '../elementwise/sigmoid.ts';
import { log1p } from './log1p.ts';

export const softplusOp: CompositeOp<'softplus', NoAttrs> = {
  kind: 'composite',
  name: 'softplus',
  infer: (inputs) => unaryFloat('softplus', inputs),
  decompose(inputs) {
    const x = inputs[0] as Node;
    return add(relu(x), log1p(exp(neg(abs(x)))));
  },
  grad: ({ inputs, dy }) => [mul(dy, sigmoid(inputs[0] as Node))],
};

/** `ln(1 + e^x)`, without overflow, and right to the last digits where it is small. */
export function softplus(x: Node): Node {
  return node(softplusOp, [x], NO_ATTRS);
}
