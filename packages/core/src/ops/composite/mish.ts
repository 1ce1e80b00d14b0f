import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from '../elementwise/_types.ts';
import { add } from '../elementwise/add.ts';
import { div } from '../elementwise/div.ts';
import { mul } from '../elementwise/mul.ts';
import { sigmoid } from '../elementwise/sigmoid.ts';
import { sub } from '../elementwise/sub.ts';

export const mishOp: CompositeOp<'mish', NoAttrs> = {
  kind: 'composite',
  name: 'mish',
  infer: (inputs) => unaryFloat('mish', inputs),
  decompose: ([x]) => mul(x as Node, gate(x as Node)),
  grad({ inputs, dy }) {
    // d/dx x·g(x) = g + x · σ(x) · (1 − g²)
    const x = inputs[0] as Node;
    const g = gate(x);
    return [mul(dy, add(g, mul(mul(x, sigmoid(x)), sub(1, mul(g, g)))))];
  },
};

/** `x · tanh(ln(1 + e^x))`, without overflow (Misra 2019). */
export function mish(x: Node): Node {
  return node(mishOp, [x], NO_ATTRS);
}

/** `tanh(ln(1 + e^x))`. With `s = σ(x)` and `q = 1 − s` it is `(1 − q²) / (1 + q²) = s (1 + q) / (1 + q²)`, right also where s is small. */
function gate(x: Node): Node {
  const s = sigmoid(x);
  const q = sub(1, s);
  return div(mul(s, add(q, 1)), add(mul(q, q), 1));
}
