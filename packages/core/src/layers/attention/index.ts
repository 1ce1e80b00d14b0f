export type { TransformerLayerOptions } from './_transformer.ts';
export { type LearnedPositionsOptions, learnedPositions, type PositionInputs } from './learned-positions.ts';
export {
  type AttentionInputs,
  type AttentionOutput,
  type CachedAttention,
  type MultiheadAttentionOptions,
  multiheadAttention,
} from './multihead-attention.ts';
export { type SinusoidalOptions, sinusoidalPositions } from './sinusoidal-positions.ts';
export { transformerDecoder } from './transformer-decoder.ts';
export { type DecoderInputs, transformerDecoderLayer } from './transformer-decoder-layer.ts';
export { transformerEncoder } from './transformer-encoder.ts';
export {
  type EncoderInputs,
  type TransformerEncoderLayerOptions,
  transformerEncoderLayer,
} from './transformer-encoder-layer.ts';
