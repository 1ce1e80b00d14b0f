import type { Node } from '../../ir/node.ts';
import { add } from '../../ops/elementwise/add.ts';
import { div } from '../../ops/elementwise/div.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sqrt } from '../../ops/elementwise/sqrt.ts';
import { sum } from '../../ops/reduce/sum.ts';

/** Added to squared lengths as in PyTorch's loss, so that vectors of zeros have a cosine and a gradient. */
const EPS = 1e-12;

/** `[…, width]` → `[…, 1]`, the length of each vector. */
function lengths(x: Node): Node {
  return sqrt(add(sum(mul(x, x), { axes: [-1], keepDims: true }), EPS));
}

/** Vectors `[…, width]` of length 1. */
export function normalized(x: Node): Node {
  return div(x, lengths(x));
}

/** Cosine of the angle between the vectors of each row: `[…, width]` → `[…]`. */
export function cosine(a: Node, b: Node): Node {
  return sum(mul(normalized(a), normalized(b)), { axes: [-1] });
}
