export { type CategoryEmbedding, type CategoryEmbeddingsOptions, categoryEmbeddings } from './category-embeddings.ts';
export { type EmbeddingOptions, embedding } from './embedding.ts';
export { type EmbeddingBagInputs, type EmbeddingBagOptions, embeddingBag } from './embedding-bag.ts';
