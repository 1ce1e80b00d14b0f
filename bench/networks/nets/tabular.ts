import {
  batchNorm1d,
  bceWithLogits,
  embedding,
  layer,
  linear,
  type NDArray,
  type Node,
  ndarray,
  relu,
  sequential,
} from '@descent/core';
import { concat, reshape, slice } from '@descent/core/ops';
import type { Draws } from '../draws.ts';
import type { Network } from '../network.ts';

type Row = { readonly categories: Node; readonly numbers: Node };

const [BATCH, NUMBERS, HIDDEN, WIDTH] = [256, 16, 256, 8];
/** How many values each column of categories has. */
const SIZES = [12, 31, 7, 24, 50, 300, 1000, 5000] as const;

/** Says yes or no to rows of a table: a learned vector for each category, and a perceptron over these and the numbers. */
export function tabular(): Network {
  const parts = {
    tables: SIZES.map((size) => embedding(size, WIDTH)),
    mlp: sequential(
      linear(SIZES.length * WIDTH + NUMBERS, HIDDEN),
      batchNorm1d(HIDDEN),
      relu(),
      linear(HIDDEN, HIDDEN / 2),
      batchNorm1d(HIDDEN / 2),
      relu(),
      linear(HIDDEN / 2, 1),
    ),
  };
  return {
    title: `tabular MLP, ${SIZES.length} columns of categories and ${NUMBERS} of numbers, ${BATCH} rows`,
    model: layer('tabular', parts, ({ categories, numbers }: Row, { tables, mlp }) => {
      const [batch] = categories.type.shape as [number];
      const column = (i: number): Node => reshape(slice(categories, { axis: 1, start: i, end: i + 1 }), [batch]);
      return mlp(concat([...tables.map((table, i) => table(column(i))), numbers], 1));
    }),
    loss: bceWithLogits(),
    optimizer: { kind: 'adam', lr: 1e-3 },
    batch: (draws) => ({
      x: { categories: categories(draws), numbers: draws.normal(BATCH, NUMBERS) },
      y: draws.integers(0, 2, BATCH, 1),
    }),
  };
}

/** A column for each table, side by side. */
function categories(draws: Draws): NDArray {
  const columns = SIZES.map((size) => draws.integers(0, size, BATCH).data);
  const cells = Array.from({ length: BATCH }, (_, row) => columns.map((column) => Number(column[row]))).flat();
  return ndarray('int32', [BATCH, SIZES.length], Int32Array.from(cells));
}
