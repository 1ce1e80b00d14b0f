import type { Node } from '../ir/node.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { pow } from '../ops/elementwise/pow.ts';

/** The least that is missing to certainty: a power below 1 has an infinite gradient at 0. */
const LEAST_DOUBT = 1e-12;

/** `doubt^gamma`, with a gradient that is finite at 0. */
export function focusOf(doubt: Node, gamma: number): Node {
  return pow(maximum(doubt, LEAST_DOUBT), gamma);
}
