import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { expectNumber } from '../../options.ts';
import { unaryFloat } from '../elementwise/_types.ts';
import { div } from '../elementwise/div.ts';
import { exp } from '../elementwise/exp.ts';
import { greater } from '../elementwise/greater.ts';
import { mul } from '../elementwise/mul.ts';
import { sub } from '../elementwise/sub.ts';
import { tanh } from '../elementwise/tanh.ts';
import { where } from '../elementwise/where.ts';
import { scalar } from '../leaf/constant.ts';

/** `scale · x` above 0, and `scale · alpha · (e^(inputScale · x) − 1)` elsewhere: ELU, SELU and CELU are all of this form. */
export interface EluAttrs {
  readonly alpha: number;
  readonly scale: number;
  readonly inputScale: number;
}

export const eluOp: CompositeOp<'elu', EluAttrs> = {
  kind: 'composite',
  name: 'elu',
  infer: (inputs) => unaryFloat('elu', inputs),
  decompose([x], { alpha, scale, inputScale }) {
    const { isAbove, power } = parts(x as Node, inputScale);
    return where(isAbove, mul(x as Node, scale), mul(minusOne(power), alpha * scale));
  },
  grad({ inputs: [x], attrs: { alpha, scale, inputScale }, dy }) {
    const { isAbove, power } = parts(x as Node, inputScale);
    return [mul(dy, where(isAbove, scalar(scale), mul(exp(power), alpha * scale * inputScale)))];
  },
};

/** Exponential linear unit: `x` above 0, else `alpha · (e^x − 1)` (Clevert et al. 2015); `alpha` is 1 by default. */
export function elu(x: Node, alpha = 1): Node {
  expectNumber('elu.alpha', alpha);
  return node(eluOp, [x], { alpha, scale: 1, inputScale: 1 });
}

/** Where x is above 0, and the power of e elsewhere: 0 above, where e^x may overflow. */
function parts(x: Node, inputScale: number): { readonly isAbove: Node; readonly power: Node } {
  const isAbove = greater(x, 0);
  return { isAbove, power: mul(where(isAbove, scalar(0), x), inputScale) };
}

/** `e^x − 1` for x of at most 0, right to the last digits near 0: `2t / (1 − t)` with `t = tanh(x/2)`. */
function minusOne(x: Node): Node {
  const t = tanh(mul(x, 0.5));
  return div(mul(t, 2), sub(1, t));
}
