import { categoryEmbeddings, embedding, embeddingBag } from '@descent/core';
import { COLUMNS, COUNT, oneOf, or, WHOLE } from '../../argument.ts';
import { callable } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const TABLE = { numEmbeddings: COUNT, embeddingDim: COUNT };

export const EMBEDDING: LayerTable<'categoryEmbeddings' | 'embedding' | 'embeddingBag'> = {
  categoryEmbeddings: callable(categoryEmbeddings, { columns: COLUMNS }),
  embedding: callable(embedding, TABLE, { paddingIdx: WHOLE }),
  embeddingBag: callable(embeddingBag, TABLE, { mode: or(oneOf('sum', 'mean', 'max'), 'mean'), paddingIdx: WHOLE }),
};
