import {
  learnedPositions,
  multiheadAttention,
  sequential,
  sinusoidalPositions,
  tensor,
  transformerDecoderLayer,
  transformerEncoder,
  transformerEncoderLayer,
} from '@descent/core';
import type { LayerCase } from './layer-case.ts';

/** The last sample has no key that is not padding: zeros, and no NaN. */
const keyPaddingMask = tensor(
  [
    [false, false, true, false, true],
    [false, true, true, true, true],
    [true, true, true, true, true],
  ],
  'bool',
);

/** The last query may attend to nothing, said in floats. */
const none = Number.NEGATIVE_INFINITY;
const attnMask = tensor([
  [0.5, none, -1, 0, 0.25],
  [none, none, none, none, none],
]);

export const ATTENTION: readonly LayerCase[] = [
  [multiheadAttention(6, 3, { causal: true, rotary: true }), [2, 4, 6]],
  [
    multiheadAttention(4, 2, { kdim: 3 }),
    { query: [3, 2, 4], key: [3, 5, 3], value: [3, 5, 4], keyPaddingMask, attnMask },
  ],
  [
    transformerEncoder(transformerEncoderLayer(4, 2, { dimFeedforward: 6, dropout: 0, activation: 'gelu' }), 2),
    [2, 3, 4],
  ],
  [
    transformerDecoderLayer(4, 2, { dimFeedforward: 5, dropout: 0, normFirst: true }),
    { tgt: [2, 3, 4], memory: [2, 5, 4] },
  ],
  [sequential(sinusoidalPositions(), learnedPositions(6, 4)), [2, 5, 4]],
];
