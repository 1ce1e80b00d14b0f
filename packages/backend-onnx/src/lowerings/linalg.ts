import type { SomeLowerings } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import { gemm, matmul, transpose } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context, Operands } from './context.ts';

export const linalgLowerings: SomeLowerings<Value, Context, 'matmul'> = {
  matmul(operands, { attrs: { transposeA, transposeB } }, { builder: b }) {
    const [x, y] = operands as Operands;
    if (!transposeA && !transposeB) return matmul(b, x, y);
    if (x.shape.length === 2 && y.shape.length === 2) return gemm(b, x, y, null, { transposeA, transposeB });
    // ONNX Runtime merges these transpositions into the product.
    return matmul(b, transposeA ? swapLast(b, x) : x, transposeB ? swapLast(b, y) : y);
  },
};

function swapLast(b: GraphBuilder, x: Value): Value {
  const rank = x.shape.length;
  return transpose(b, x, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}
