import type { Node } from '@descent/core';
import { add, matmul, mul, reshape } from '@descent/core/ops';
import { flag, number, text } from '../attributes.ts';
import type { Rules } from '../rule.ts';
import { einsum } from './_einsum.ts';

/** Products of matrices. */
export const LINALG: Rules = {
  Einsum: (node, c) => einsum(text(node, 'equation'), c),
  Gemm: (node, c) => {
    const [alpha, beta] = [number(node, 'alpha', 1), number(node, 'beta', 1)];
    const options = { transposeA: flag(node, 'transA', false), transposeB: flag(node, 'transB', false) };
    // A vector comes from a product that was made one of these.
    const a = c.node(0);
    const { shape } = a.type;
    const full = matmul(shape.length === 1 ? reshape(a, [1, ...shape]) : a, c.node(1), options);
    const result = shape.length === 1 ? reshape(full, full.type.shape.slice(1)) : full;
    const scaled = alpha === 1 ? result : mul(result, alpha);
    const bias = c.optional(2);
    if (bias === undefined) return scaled;
    return add(scaled, beta === 1 ? bias : mul(bias, beta));
  },
  MatMul: (_, c) => product(c.node(0), c.node(1)),
};

/** NumPy's product: a vector is a row in front, and a column behind. */
export function product(a: Node, b: Node): Node {
  const [left, right] = [a.type.shape, b.type.shape];
  if (left.length >= 2 && right.length >= 2) return matmul(a, b);
  const y = matmul(
    left.length === 1 ? reshape(a, [1, ...left]) : a,
    right.length === 1 ? reshape(b, [...right, 1]) : b,
  );
  const { shape } = y.type;
  const kept = shape.filter(
    (_, i) => !(left.length === 1 && i === shape.length - 2) && !(right.length === 1 && i === shape.length - 1),
  );
  return reshape(y, kept);
}
