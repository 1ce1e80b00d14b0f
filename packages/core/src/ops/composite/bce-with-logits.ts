import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { binary, NO_ATTRS, type NoAttrs } from '../elementwise/_types.ts';
import { abs } from '../elementwise/abs.ts';
import { add } from '../elementwise/add.ts';
import { exp } from '../elementwise/exp.ts';
import { mul } from '../elementwise/mul.ts';
import { neg } from '../elementwise/neg.ts';
import { relu } from '../elementwise/relu.ts';
import { sigmoid } from '../elementwise/sigmoid.ts';
import { sub } from '../elementwise/sub.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { log1p } from './log1p.ts';

export const bceWithLogitsOp: CompositeOp<'bceWithLogits', NoAttrs> = {
  kind: 'composite',
  name: 'bceWithLogits',
  infer: (inputs) => binary('bceWithLogits', inputs, ['float32']),
  decompose(inputs) {
    const [x, y] = inputs as readonly [Node, Node];
    return add(sub(relu(x), mul(x, y)), log1p(exp(neg(abs(x)))));
  },
  grad({ inputs, dy }) {
    const [x, y] = inputs as readonly [Node, Node];
    return [sumTo(mul(dy, sub(sigmoid(x), y)), x.type.shape), sumTo(neg(mul(dy, x)), y.type.shape)];
  },
};

/**
 * Binary cross entropy of `sigmoid(logits)` with targets from 0 to 1, element by element: `−y ln σ(x) − (1 − y) ln(1 − σ(x))`, without
 * overflow and without a logarithm of 0.
 */
export function bceWithLogits(logits: Node, targets: Node): Node {
  return node(bceWithLogitsOp, [logits, targets], NO_ATTRS);
}
