import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from './_types.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';

export const erfOp: PrimitiveOp<'erf', NoAttrs> = {
  kind: 'primitive',
  name: 'erf',
  elementwise: true,
  infer: (inputs) => unaryFloat('erf', inputs),
  grad({ inputs, dy }) {
    // d/dx erf(x) = 2/√π · e^(-x²)
    const x = inputs[0] as Node;
    return [mul(dy, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)))];
  },
};

/** The error function, `2/√π ∫₀ˣ e^-t² dt`. */
export function erf(x: Node): Node {
  return node(erfOp, [x], NO_ATTRS);
}
