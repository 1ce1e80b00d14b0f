import type { Node } from '../../ir/node.ts';
import { abs } from '../../ops/elementwise/abs.ts';
import { add } from '../../ops/elementwise/add.ts';
import { greater } from '../../ops/elementwise/greater.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { pow } from '../../ops/elementwise/pow.ts';
import { sqrt } from '../../ops/elementwise/sqrt.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { where } from '../../ops/elementwise/where.ts';
import { scalar } from '../../ops/leaf/constant.ts';
import { sum } from '../../ops/reduce/sum.ts';

/** `‖a − b + eps‖` of degree `p` over the last axis, as PyTorch's `pairwise_distance`; its gradient is finite also where that is 0. */
export function distance(a: Node, b: Node, p: number, eps: number): Node {
  const difference = add(sub(a, b), eps);
  const last = { axes: [-1] };
  if (p === 1) return sum(abs(difference), last);
  const total = sum(p === 2 ? mul(difference, difference) : pow(abs(difference), p), last);
  const isApart = greater(total, 0);
  const safe = where(isApart, total, scalar(1));
  return where(isApart, p === 2 ? sqrt(safe) : pow(safe, 1 / p), scalar(0));
}
