import type { Node } from '../../ir/node.ts';
import { scalar } from '../leaf/constant.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { equal } from './equal.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/** Gradients of `maximum` and `minimum`: to `a` where it won, half to each where `a` equals `b`, else to `b`. */
export function tieGrads(a: Node, b: Node, aWon: Node, dy: Node): readonly [Node, Node] {
  const share = where(equal(a, b), scalar(0.5), where(aWon, scalar(1), scalar(0)));
  return [sumTo(mul(dy, share), a.type.shape), sumTo(mul(dy, sub(1, share)), b.type.shape)];
}
