import { strides } from '../../ir/shape.ts';
import { broadcastStrides, offsets, type RefArray, type RefKernels } from '../_reference.ts';
import type * as family from './index.ts';

export const linalgReference: RefKernels<typeof family> = {
  matmul([a, b], { attrs: { transposeA, transposeB }, output }, context) {
    const left = matrices(a as RefArray, transposeA, output.shape);
    const right = matrices(b as RefArray, transposeB, output.shape);
    const [m, n] = [left.rows, right.columns];
    const out = context.zeros(output);
    const row = new Float64Array(n);
    for (let batch = 0; batch < left.starts.length; batch++) {
      for (let i = 0; i < m; i++) {
        row.fill(0);
        for (let k = 0; k < left.columns; k++) {
          const x = left.data[(left.starts[batch] as number) + i * left.rowStep + k * left.columnStep] as number;
          const start = (right.starts[batch] as number) + k * right.rowStep;
          for (let j = 0; j < n; j++)
            row[j] = (row[j] as number) + x * (right.data[start + j * right.columnStep] as number);
        }
        out.data.set(row, (batch * m + i) * n);
      }
    }
    return out;
  },
};

interface Matrices extends Pick<RefArray, 'data'> {
  readonly rows: number;
  readonly columns: number;
  readonly rowStep: number;
  readonly columnStep: number;
  /** Where the matrix of each entry of the broadcast leading axes begins. */
  readonly starts: Int32Array;
}

function matrices({ shape, data }: RefArray, transposed: boolean, output: readonly number[]): Matrices {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const [rowStep, columnStep] = strides(shape).slice(-2) as [number, number];
  const lead = output.slice(0, -2);
  const steps = broadcastStrides(shape.slice(0, -2), lead).map((s) => s * rows * columns);
  const starts = offsets(lead, steps);
  return transposed
    ? { data, rows: columns, columns: rows, rowStep: columnStep, columnStep: rowStep, starts }
    : { data, rows, columns, rowStep, columnStep, starts };
}
