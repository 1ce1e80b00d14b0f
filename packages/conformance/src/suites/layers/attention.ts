import { multiheadAttention, tensor } from '@descent/core';
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

export const ATTENTION: readonly LayerCase[] = [
  [multiheadAttention(6, 3, { causal: true, rotary: true }), [2, 4, 6]],
  [multiheadAttention(4, 2, { kdim: 3 }), { query: [3, 2, 4], key: [3, 5, 3], value: [3, 5, 4], keyPaddingMask }],
];
