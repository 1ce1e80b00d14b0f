import { gru, lstm, rnn } from '@descent/core';
import { COUNT, oneOf, or, SHARE } from '../../argument.ts';
import { callable, NO, YES } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const SIZES = { inputSize: COUNT, hiddenSize: COUNT };
const OPTIONS = {
  numLayers: or(COUNT, 1),
  bidirectional: NO,
  return: or(oneOf('sequence', 'last', 'states'), 'sequence'),
  dropout: or(SHARE, 0),
  bias: YES,
};

export const RECURRENT: LayerTable<'gru' | 'lstm' | 'rnn'> = {
  lstm: callable(lstm, SIZES, OPTIONS),
  gru: callable(gru, SIZES, OPTIONS),
  rnn: callable(rnn, SIZES, { ...OPTIONS, nonlinearity: or(oneOf('tanh', 'relu'), 'tanh') }),
};
