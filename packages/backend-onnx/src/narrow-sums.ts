import { isOp, type Node, sameShape } from '@descent/core/backend';
import { matmulOp, mul, mulOp, sum, sumOp } from '@descent/core/ops';
import { EITHER_ORDER, type Rule } from './rules.ts';

/**
 * Sums of rows of `(A·Bᵀ) ∘ P` as those of `A ∘ (P·B)`, where `P·B` is there already and is narrower: of the gradient of attention, this is the
 * sum over all keys as one over the width of a value (FlashAttention-2, Dao 2023, section 2.3). A rule for one graph.
 */
export function narrowRowSums(): Rule {
  const products = new Map<Node, Map<Node, Node>>();
  return (n) => {
    if (isOp(n, matmulOp) && !n.attrs.transposeA && !n.attrs.transposeB) {
      const [p, b] = n.inputs as readonly [Node, Node];
      products.set(p, (products.get(p) ?? new Map<Node, Node>()).set(b, n));
    }
    if (!isOp(n, sumOp) || !n.attrs.keepDims) return null;
    const [terms] = n.inputs as readonly [Node];
    if (!isOp(terms, mulOp) || n.attrs.axes.join() !== `${terms.type.shape.length - 1}`) return null;
    for (const [i, j] of EITHER_ORDER) {
      const [wide, p] = [terms.inputs[i] as Node, terms.inputs[j] as Node];
      if (!isOp(wide, matmulOp) || wide.attrs.transposeA || !wide.attrs.transposeB) continue;
      const [a, b] = wide.inputs as readonly [Node, Node];
      const product = products.get(p)?.get(b);
      if (product === undefined || !sameShape(p.type.shape, wide.type.shape)) continue;
      const isNarrower = (a.type.shape.at(-1) as number) < (p.type.shape.at(-1) as number);
      if (isNarrower && sameShape(a.type.shape, product.type.shape)) return sum(mul(a, product), n.attrs);
    }
    return null;
  };
}
