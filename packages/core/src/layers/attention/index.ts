export type { TransformerLayerOptions } from './_transformer.ts';
export { type LearnedPositionsOptions, learnedPositions } from './learned-positions.ts';
export { type AttentionInputs, type MultiheadAttentionOptions, multiheadAttention } from './multihead-attention.ts';
export { type SinusoidalOptions, sinusoidalPositions } from './sinusoidal-positions.ts';
export { transformerDecoder } from './transformer-decoder.ts';
export { type DecoderInputs, transformerDecoderLayer } from './transformer-decoder-layer.ts';
export { transformerEncoder } from './transformer-encoder.ts';
export { type EncoderInputs, transformerEncoderLayer } from './transformer-encoder-layer.ts';
