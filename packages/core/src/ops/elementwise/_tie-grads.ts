import type { Node } from '../../ir/node.ts';
import { scalar } from '../leaf/constant.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { equal } from './equal.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/**
 * Gradients of `maximum` and `minimum`: to the operand that won, half to each where they are equal, and to both where one is NaN, as in
 * PyTorch.
 */
export function tieGrads(a: Node, b: Node, aLost: Node, bLost: Node, dy: Node): readonly [Node, Node] {
  const share = where(equal(a, b), mul(dy, 0.5), dy);
  return [sumTo(where(aLost, scalar(0), share), a.type.shape), sumTo(where(bLost, scalar(0), share), b.type.shape)];
}
