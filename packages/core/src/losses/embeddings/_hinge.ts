import type { Node } from '../../ir/node.ts';
import { less } from '../../ops/elementwise/less.ts';
import { where } from '../../ops/elementwise/where.ts';
import { scalar } from '../../ops/leaf/constant.ts';

/**
 * `max(x, 0)` with the gradient that PyTorch's `clamp(min=0)` has at 0: all of it, where that of `relu` is 0. With a margin of 0, outputs that start equal
 * would get none at all.
 */
export function hinge(x: Node): Node {
  return where(less(x, 0), scalar(0), x);
}
