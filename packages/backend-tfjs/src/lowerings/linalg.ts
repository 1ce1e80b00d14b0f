import { numel, sameShape } from '@descent/core/backend';
import type { Builder, Value } from '../kernel-list/builder.ts';
import { rowMajor, sameMemory } from '../kernel-list/layout.ts';
import { bare, inRows, reshaped, transposed } from '../kernel-list/values.ts';
import { broadcasted } from './_broadcast.ts';
import type { Family, Operands } from './_types.ts';

type Names = 'matmul';

export const linalgLowerings: Family<Names> = {
  matmul(operands, { attrs: { transposeA, transposeB }, output: { shape } }, b) {
    const [x, y] = operands as Operands;
    const left = transposeA ? swapped(x) : x;
    const right = transposeB ? swapped(y) : y;
    const batch = shape.slice(0, -2);
    const [m, n] = shape.slice(-2) as [number, number];
    if (numel(right.shape.slice(0, -2)) === 1) {
      // One matrix on the right: the rows of all matrices on the left are rows of one.
      const k = right.shape.at(-2) as number;
      const rows = left.shape.length === 2 ? left : reshaped(b, left, [numel(batch) * m, k]);
      const columns = right.shape.length === 2 ? right : reshaped(b, right, [k, n]);
      return reshaped(b, multiply(b, rows, columns, [numel(batch) * m, n]), shape);
    }
    return multiply(b, spreadBatch(b, left, batch), spreadBatch(b, right, batch), shape);
  },
};

function swapped(x: Value): Value {
  return transposed(x, swap(x.shape.length));
}

function swap(rank: number): readonly number[] {
  return [...rowMajor(rank - 2), rank - 1, rank - 2];
}

/** Kernels broadcast leading axes only when there is one matrix to repeat. */
function spreadBatch(b: Builder, x: Value, batch: readonly number[]): Value {
  const own = x.shape.slice(0, -2);
  const fits = numel(own) === 1 || sameShape(own, batch);
  return fits ? x : broadcasted(b, x, [...batch, ...x.shape.slice(-2)]);
}

function multiply(b: Builder, x: Value, y: Value, shape: readonly number[]): Value {
  const left = matrix(b, x);
  const isLong = (y.shape.at(-2) as number) >= b.traits.longProducts;
  const right = isLong ? { value: inRows(b, y), transposed: false } : matrix(b, y);
  const attrs = { transposeA: left.transposed, transposeB: right.transposed };
  return b.emit('BatchMatMul', { a: left.value, b: right.value }, attrs, { dtype: 'float32', shape });
}

/** A matrix that lies transposed in memory needs no moving where the kernel can read it so. */
function matrix(b: Builder, x: Value): { readonly value: Value; readonly transposed: boolean } {
  const rank = x.shape.length;
  const mayBeTransposed = b.traits.matmulTransposes === 'kernel' && !sameMemory(x.shape, x.order, rowMajor(rank));
  return mayBeTransposed && sameMemory(x.shape, x.order, swap(rank))
    ? { value: bare({ ...x, order: swap(rank) }), transposed: true }
    : { value: inRows(b, x), transposed: false };
}
