import { categoryEmbeddings, embedding, embeddingBag } from '@descent/core';
import { COLUMNS, COUNT, FLAG, oneOf, or, POSITIVE, WHOLE } from '../../argument.ts';
import { callable } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const TABLE = { numEmbeddings: COUNT, embeddingDim: COUNT };

const OPTIONS = {
  paddingIdx: WHOLE,
  maxNorm: POSITIVE,
  normType: or(POSITIVE, 2),
  scaleGradByFreq: or(FLAG, false),
};

export const EMBEDDING: LayerTable<'categoryEmbeddings' | 'embedding' | 'embeddingBag'> = {
  categoryEmbeddings: callable(categoryEmbeddings, { columns: COLUMNS }),
  embedding: callable(embedding, TABLE, OPTIONS),
  embeddingBag: callable(embeddingBag, TABLE, { mode: or(oneOf('sum', 'mean', 'max'), 'mean'), ...OPTIONS }),
};
