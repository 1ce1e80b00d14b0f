import { expectOptions } from '@descent/core';
import { invalidFor } from './invalid-option.ts';
import { expectPreparation, type TablePreparation } from './preparation.ts';

/** A table of embeddings for one column of categories, as `categoryEmbeddings` of `@descent/core` takes it. */
export interface EmbeddingSize {
  /** Rows: one for each value, and one in front for all others. */
  readonly size: number;
  /** Numbers a row. */
  readonly dim: number;
  /** 0 where no row of the fit has index 0: it stays zeros, since nothing would train it. Else null. */
  readonly paddingIdx: 0 | null;
}

export interface EmbeddingSizesOptions {
  /** Numbers a row, for all columns. Default: `min(600, round(1.6 · size^0.56))`, the rule of fastai's `emb_sz_rule`. */
  readonly dim?: number;
}

/**
 * The embeddings that the columns of categories want, in their order.
 * @throws ValueError when `preparation` is none.
 */
export function embeddingSizes(
  preparation: TablePreparation,
  options: EmbeddingSizesOptions = {},
): readonly EmbeddingSize[] {
  expectPreparation('embeddingSizes', preparation);
  expectOptions('embeddingSizes', options, ['dim']);
  const { dim } = options;
  if (dim !== undefined && (!Number.isSafeInteger(dim) || dim < 1)) {
    throw invalidFor('embeddingSizes')('dim', dim, 'a whole number of at least 1');
  }
  return preparation.categories.map(({ values, others }) => {
    const size = values.length + 1;
    return { size, dim: dim ?? Math.min(600, Math.round(1.6 * size ** 0.56)), paddingIdx: others === 0 ? 0 : null };
  });
}
