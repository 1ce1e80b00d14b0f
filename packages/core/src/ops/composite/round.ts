import type { Node } from '../../ir/node.ts';
import { add } from '../elementwise/add.ts';
import { equal } from '../elementwise/equal.ts';
import { floor } from '../elementwise/floor.ts';
import { greater } from '../elementwise/greater.ts';
import { logicalAnd } from '../elementwise/logical-and.ts';
import { logicalOr } from '../elementwise/logical-or.ts';
import { mul } from '../elementwise/mul.ts';
import { sub } from '../elementwise/sub.ts';
import { where } from '../elementwise/where.ts';

/** The nearest integer, of two that are as near the even one, as PyTorch's `round`. Its gradient is zero everywhere. */
export function round(x: Node): Node {
  const below = floor(x);
  // Exact, where x + 0.5 would round: 0.49999997 is nearer to 0.
  const rest = sub(x, below);
  const isOdd = equal(sub(below, mul(floor(mul(below, 0.5)), 2)), 1);
  const isUp = logicalOr(greater(rest, 0.5), logicalAnd(equal(rest, 0.5), isOdd));
  return where(isUp, add(below, 1), below);
}
