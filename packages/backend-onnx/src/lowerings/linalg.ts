import type { SomeLowerings } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import { filled, gemm, matmul, transpose } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context, Operands } from './context.ts';

export const linalgLowerings: SomeLowerings<Value, Context, 'matmul'> = {
  matmul(operands, { attrs: { transposeA, transposeB }, output }, { builder: b, dialect }) {
    const [x, y] = operands as Operands;
    // The WebGPU provider cannot bind a buffer without elements.
    if (dialect === 'webgpu' && x.shape.at(transposeA ? -2 : -1) === 0) return filled(b, output.shape, 0);
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
