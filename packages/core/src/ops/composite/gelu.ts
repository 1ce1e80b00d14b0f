import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { expectOneOf, expectOptions } from '../../options.ts';
import { unaryFloat } from '../elementwise/_types.ts';
import { add } from '../elementwise/add.ts';
import { erf } from '../elementwise/erf.ts';
import { exp } from '../elementwise/exp.ts';
import { mul } from '../elementwise/mul.ts';
import { sub } from '../elementwise/sub.ts';
import { tanh } from '../elementwise/tanh.ts';

export interface GeluAttrs {
  /** `'none'`: exact, with the error function. `'tanh'`: the approximation of the paper, as in GPT-2. */
  readonly approximate: 'none' | 'tanh';
}

/** The factor of x³ in the approximation. */
const CUBE = 0.044715;

export const geluOp: CompositeOp<'gelu', GeluAttrs> = {
  kind: 'composite',
  name: 'gelu',
  infer: (inputs) => unaryFloat('gelu', inputs),
  decompose([x], { approximate }) {
    const half = mul(x as Node, 0.5);
    return mul(half, add(approximate === 'none' ? erfOf(x as Node) : tanhOf(x as Node), 1));
  },
  grad: ({ inputs: [x], attrs: { approximate }, dy }) => [
    mul(dy, approximate === 'none' ? slope(x as Node) : tanhSlope(x as Node)),
  ],
};

/**
 * Gaussian error linear unit, `x · Φ(x)` with the cumulative normal distribution Φ (Hendrycks & Gimpel 2016). `approximate` is `'none'` by
 * default; `'tanh'` computes `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`.
 */
export function gelu(x: Node, options: Partial<GeluAttrs> = {}): Node {
  expectOptions('gelu', options, ['approximate']);
  const { approximate = 'none' } = options;
  expectOneOf('gelu.approximate', approximate, ['none', 'tanh']);
  return node(geluOp, [x], { approximate });
}

function erfOf(x: Node): Node {
  return erf(mul(x, Math.SQRT1_2));
}

function tanhOf(x: Node): Node {
  // x · (1 + c x²) and not x + c x³, which is no cheaper: x² serves the gradient, too.
  return tanh(mul(mul(x, Math.sqrt(2 / Math.PI)), add(mul(mul(x, x), CUBE), 1)));
}

/** `Φ(x) + x · φ(x)` with the normal density φ. */
function slope(x: Node): Node {
  const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return add(mul(add(erfOf(x), 1), 0.5), mul(x, density));
}

/** `(1 + t)/2 + x/2 · (1 − t²) · √(2/π) · (1 + 3c x²)` with the tangent t of the approximation. */
function tanhSlope(x: Node): Node {
  const t = tanhOf(x);
  const inner = add(mul(mul(x, x), 3 * CUBE), 1);
  const bend = mul(mul(mul(x, 0.5 * Math.sqrt(2 / Math.PI)), sub(1, mul(t, t))), inner);
  return add(mul(add(t, 1), 0.5), bend);
}
