export type { PairOptions } from './_pair.ts';
export { type CosineEmbeddingOptions, cosineEmbedding } from './cosine-embedding.ts';
export { type HingeEmbeddingOptions, hingeEmbedding } from './hinge-embedding.ts';
export { type InfoNceOptions, infoNCE } from './info-nce.ts';
export { type MarginRankingOptions, marginRanking } from './margin-ranking.ts';
export {
  type TripletMarginOptions,
  type TripletMarginWithDistanceOptions,
  type TripletOptions,
  tripletMargin,
  tripletMarginWithDistance,
} from './triplet-margin.ts';
