import { embedding as embeddingOf } from '../../ops/composite/embedding.ts';
import { expectOptions } from '../../options.ts';
import type { Initializer } from '../init/initializers.ts';
import type { SizedLayer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { expectTable, expectWhole, tableSpec } from './_table.ts';

export interface EmbeddingOptions {
  /** The row that stands for padding: it starts as zeros and gets no gradient. Default null: none. */
  readonly paddingIdx?: number | null;
  /** Default: PyTorch's, Gaussian with mean 0 and deviation 1. */
  readonly weightInit?: Initializer;
}

/**
 * A learned row for each index, as PyTorch's `Embedding`: int32 or uint8 `[batch, …] → [batch, …, embeddingDim]`. Parameter: `weight`
 * `[numEmbeddings, embeddingDim]`. Trainers and predictors refuse an index that is not from 0 to `numEmbeddings − 1`, with its row; a negative one does
 * not count from the end.
 * @throws DTypeError for an input of floats.
 */
export function embedding<const Out extends number>(
  numEmbeddings: number,
  embeddingDim: Out,
  options: EmbeddingOptions = {},
): SizedLayer<`… → *, ${Size<Out>}`> {
  expectOptions('embedding', options, ['paddingIdx', 'weightInit']);
  const { paddingIdx = null, weightInit } = options;
  expectTable('embedding', numEmbeddings, embeddingDim, paddingIdx);
  return {
    label: `embedding(${numEmbeddings} → ${embeddingDim})`,
    parameters: [tableSpec([numEmbeddings, embeddingDim], paddingIdx, weightInit)],
    apply: (x, { parameter }) => embeddingOf(expectWhole('embedding', x), parameter('weight'), { paddingIdx }),
  };
}
