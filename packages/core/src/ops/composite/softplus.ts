import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from '../elementwise/_types.ts';
import { abs } from '../elementwise/abs.ts';
import { add } from '../elementwise/add.ts';
import { div } from '../elementwise/div.ts';
import { exp } from '../elementwise/exp.ts';
import { greater } from '../elementwise/greater.ts';
import { mul } from '../elementwise/mul.ts';
import { neg } from '../elementwise/neg.ts';
import { relu } from '../elementwise/relu.ts';
import { sigmoid } from '../elementwise/sigmoid.ts';
import { where } from '../elementwise/where.ts';
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

export interface SoftplusOptions {
  /** How sharp the bend is: `ln(1 + e^(beta·x)) / beta`, more than 0. Default 1. */
  readonly beta?: number;
  /** Where `beta·x` is above this, the result is x itself. Default 20, where float32 sees no difference. */
  readonly threshold?: number;
}

/** `ln(1 + e^x)`, without overflow, and right to the last digits where it is small. */
export function softplus(x: Node, options: SoftplusOptions = {}): Node {
  const { beta, threshold } = softplusOptions(options);
  if (beta === 1 && threshold >= NO_DIFFERENCE) return node(softplusOp, [x], NO_ATTRS);
  const scaled = mul(x, beta);
  const bent = div(node(softplusOp, [scaled], NO_ATTRS), beta);
  return threshold >= NO_DIFFERENCE ? bent : where(greater(scaled, threshold), x, bent);
}

/** Half a unit in the last place of 20 in float32 is 9.5e-7, and `ln(1 + e^20)` is 2e-9 above it. */
const NO_DIFFERENCE = 20;

/** The options with their defaults. Throws a `ValueError` for what they cannot be. */
export function softplusOptions(options: SoftplusOptions): Required<SoftplusOptions> {
  expectOptions('softplus', options, ['beta', 'threshold']);
  const { beta = 1, threshold = 20 } = options;
  expectNumber('softplus.beta', beta, { above: 0 });
  expectNumber('softplus.threshold', threshold);
  return { beta, threshold };
}
