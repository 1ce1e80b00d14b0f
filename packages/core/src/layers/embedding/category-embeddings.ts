import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape } from '../../ir/shape.ts';
import { embedding as embeddingOf } from '../../ops/composite/embedding.ts';
import { concat } from '../../ops/shape/concat.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { slice } from '../../ops/shape/slice.ts';
import { expectKind, expectOptions, notWhatWasWanted } from '../../options.ts';
import type { Initializer } from '../init/initializers.ts';
import type { Layer } from '../layer.ts';
import { expectTable, expectWhole, tableSpec } from './_table.ts';

/** The embedding of one column of categories. */
export interface CategoryEmbedding {
  /** Rows: indices are from 0 to `size − 1`. */
  readonly size: number;
  /** Numbers a row. */
  readonly dim: number;
  /** A row that starts as zeros and gets no gradient, as of `embedding`. Default null: none. */
  readonly paddingIdx?: number | null;
}

export interface CategoryEmbeddingsOptions {
  /** Default: PyTorch's for `Embedding`, Gaussian with mean 0 and deviation 1. */
  readonly weightInit?: Initializer;
}

/**
 * A learned row for each column of categories, one behind the other: int32 or uint8 `[batch, columns] → [batch, Σ dim]`, each column from a table of its own.
 * `embeddingSizes` of `@descent/datasets` says which columns a table has. Parameters: `0.weight` `[size, dim]`, `1.weight`, …, as of PyTorch's `ModuleList` of
 * `Embedding`. Indices out of range are refused as by `embedding`.
 * @throws DTypeError for an input of floats, ShapeError for another number of columns.
 */
export function categoryEmbeddings(
  columns: readonly CategoryEmbedding[],
  options: CategoryEmbeddingsOptions = {},
): Layer {
  expectKind('categoryEmbeddings', columns, 'list', '[{ size: 12, dim: 4 }]');
  expectOptions('categoryEmbeddings', options, ['weightInit']);
  if (columns.length === 0) {
    throw notWhatWasWanted('categoryEmbeddings', columns, {
      what: 'a list of at least one column',
      example: '[{ size: 12, dim: 4 }]',
    });
  }
  columns.forEach((column, i) => {
    expectOptions(`categoryEmbeddings: column ${i}`, column, ['size', 'dim', 'paddingIdx']);
    expectTable(`categoryEmbeddings: column ${i}`, column.size, column.dim, column.paddingIdx ?? null);
  });
  const total = columns.reduce((sum, { dim }) => sum + dim, 0);
  return {
    label: `categoryEmbeddings(${columns.length} → ${total})`,
    parameters: columns.map(({ size, dim, paddingIdx = null }, i) => {
      const spec = tableSpec([size, dim], paddingIdx, options.weightInit);
      return { ...spec, name: `${i}.${spec.name}` };
    }),
    apply(x, { parameter }) {
      const indices = expectWhole('categoryEmbeddings', x);
      const batch = expectColumns(x, columns.length);
      const rows = columns.map(({ paddingIdx = null }, i) => {
        const column = slice(indices, { axis: 1, start: i, end: i + 1 });
        return embeddingOf(column, parameter(`${i}.weight`), { paddingIdx });
      });
      return reshape(concat(rows, 2), [batch, total]);
    },
  };
}

/** The size of the batch. */
function expectColumns({ type: { shape } }: Node, columns: number): number {
  if (shape.length === 2 && shape[1] === columns) return shape[0] as number;
  throw new ShapeError('categoryEmbeddings takes an index for each column', {
    received: formatShape(shape),
    expected: `[batch, ${columns}]`,
  });
}
