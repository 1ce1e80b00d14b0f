export { type EmbeddingOptions, embedding } from './embedding.ts';
export { type EmbeddingBagOptions, embeddingBag } from './embedding-bag.ts';
