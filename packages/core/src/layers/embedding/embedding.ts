import { expectOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { expectWhole, rowsOf, TABLE_OPTIONS, type TableOptions, tableOf } from './_table.ts';

export interface EmbeddingOptions extends TableOptions {}

/**
 * A learned row for each index, as PyTorch's `Embedding`: int32 or uint8 `[batch, …] → [batch, …, embeddingDim]`. Parameter: `weight`
 * `[numEmbeddings, embeddingDim]`. Trainers and predictors refuse an index that is not from 0 to `numEmbeddings − 1`, with its row; a negative one does
 * not count from the end. With `maxNorm`, rows that a training step looks up and that are longer are cut to it in the table, as in PyTorch; what evaluation
 * looks up is cut, too, and leaves the table as it is.
 * @throws DTypeError for an input of floats.
 */
export function embedding<const Out extends number>(
  numEmbeddings: number,
  embeddingDim: Out,
  options: EmbeddingOptions = {},
): SizedLayer<`… → *, ${Size<Out>}`> {
  expectOptions('embedding', options, TABLE_OPTIONS);
  const table = tableOf('embedding', numEmbeddings, embeddingDim, options);
  return {
    label: `embedding(${numEmbeddings} → ${embeddingDim})`,
    parameters: [table.spec],
    apply: (x, context) => rowsOf(table, expectWhole('embedding', x), context),
  };
}
