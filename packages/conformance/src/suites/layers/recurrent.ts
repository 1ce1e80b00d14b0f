import { gru, lstm, rnn, tensor } from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const RECURRENT: readonly LayerCase[] = [
  [rnn(2, 3, { nonlinearity: 'relu', return: 'last' }), [2, 3, 2]],
  [lstm(3, 2, { numLayers: 2, bidirectional: true }), { x: [2, 3, 3], lengths: tensor([3, 1], 'int32') }],
  [gru(2, 3), { x: [2, 3, 2], h: [1, 2, 3] }],
];
