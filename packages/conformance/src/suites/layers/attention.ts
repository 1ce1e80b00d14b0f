import {
  type AttentionInputs,
  layer,
  learnedPositions,
  multiheadAttention,
  sequential,
  sinusoidalPositions,
  tensor,
  transformerDecoderLayer,
  transformerEncoder,
  transformerEncoderLayer,
} from '@descent/core';
import { concat, reshape } from '@descent/core/ops';
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

/** Attention with keys and values that came before; all that it gives in one tensor. */
const cached = layer(
  'cached attention',
  { attend: multiheadAttention(4, 2, { causal: true, rotary: true, cache: true }) },
  (x: AttentionInputs, { attend }) => {
    const { output, key, value } = attend(x);
    return concat([output, ...[key, value].map((of) => reshape(of, [2, 8, 4]))], 1);
  },
);

export const ATTENTION: readonly LayerCase[] = [
  [multiheadAttention(6, 3, { causal: true, rotary: true }), [2, 4, 6]],
  [cached, { query: [2, 3, 4], pastKey: [2, 2, 5, 2], pastValue: [2, 2, 5, 2] }],
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
