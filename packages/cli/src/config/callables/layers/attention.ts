import {
  learnedPositions,
  multiheadAttention,
  sinusoidalPositions,
  transformerDecoder,
  transformerDecoderLayer,
  transformerEncoder,
  transformerEncoderLayer,
} from '@descent/core';
import { COUNT, LAYER, NUMBER, oneOf, or, SHARE } from '../../argument.ts';
import { callable, NO, YES } from '../../callable.ts';
import type { LayerTable } from './table.ts';

type Names =
  | 'learnedPositions'
  | 'multiheadAttention'
  | 'sinusoidalPositions'
  | 'transformerDecoder'
  | 'transformerDecoderLayer'
  | 'transformerEncoder'
  | 'transformerEncoderLayer';

const SIZES = { dModel: COUNT, numHeads: COUNT };
const BLOCK = {
  dimFeedforward: or(COUNT, 2048),
  dropout: or(SHARE, 0.1),
  activation: or(oneOf('relu', 'gelu'), 'relu'),
  layerNormEps: or(NUMBER, 1e-5),
  normFirst: NO,
  bias: YES,
  rotary: NO,
};
const STACK = { layer: LAYER, numLayers: COUNT, norm: LAYER };

export const ATTENTION: LayerTable<Names> = {
  multiheadAttention: callable(
    multiheadAttention,
    { embedDim: COUNT, numHeads: COUNT },
    // Keys and values have as many features as queries where they are left out.
    { dropout: or(SHARE, 0), bias: YES, kdim: COUNT, vdim: COUNT, causal: NO, rotary: NO, cache: NO },
  ),
  transformerEncoderLayer: callable(transformerEncoderLayer, SIZES, { ...BLOCK, causal: NO, cache: NO }),
  transformerEncoder: callable(transformerEncoder, STACK, {}, 1),
  transformerDecoderLayer: callable(transformerDecoderLayer, SIZES, { ...BLOCK, causal: YES }),
  transformerDecoder: callable(transformerDecoder, STACK, {}, 1),
  sinusoidalPositions: callable(sinusoidalPositions, {}, { base: or(NUMBER, 10_000) }),
  learnedPositions: callable(learnedPositions, { maxLength: COUNT, dim: COUNT }),
};
