import { embedding, embeddingBag } from '@descent/core';
import { COUNT, oneOf, or, WHOLE } from '../../argument.ts';
import { callable } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const TABLE = { numEmbeddings: COUNT, embeddingDim: COUNT };

export const EMBEDDING: LayerTable<'embedding' | 'embeddingBag'> = {
  embedding: callable(embedding, TABLE, { paddingIdx: WHOLE }),
  embeddingBag: callable(embeddingBag, TABLE, { mode: or(oneOf('sum', 'mean', 'max'), 'mean'), paddingIdx: WHOLE }),
};
