import type { Node } from '@descent/core';
import { type CompositeOp, node } from '@descent/core/backend';
import { scalar, where } from '@descent/core/ops';

/** The first input; its gradient is 0 where the second, a truth value, does not hold. */
const onlyIfOp: CompositeOp<'onlyIf'> = {
  kind: 'composite',
  name: 'onlyIf',
  infer: ([x]) => x as Node['type'],
  decompose: ([x]) => x as Node,
  grad: ({ inputs: [, condition], dy }) => [where(condition as Node, dy, scalar(0)), null],
};

/**
 * What a branch sees of values around it: the same numbers. Where the branch is not taken, no gradient leaves it, which would be NaN where it divides by 0,
 * though nothing of its result is used.
 */
export function seenOnlyIf(condition: Node): (x: Node) => Node {
  const seen = new Map<Node, Node>();
  return (x) => {
    if (x.type.dtype !== 'float32') return x;
    const known = seen.get(x) ?? node(onlyIfOp, [x, condition], {});
    seen.set(x, known);
    return known;
  };
}
