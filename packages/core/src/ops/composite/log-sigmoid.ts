import type { Node } from '../../ir/node.ts';
import { neg } from '../elementwise/neg.ts';
import { softplus } from './softplus.ts';

/** `ln σ(x)`, without overflow and without a logarithm of 0. */
export function logSigmoid(x: Node): Node {
  return neg(softplus(neg(x)));
}
