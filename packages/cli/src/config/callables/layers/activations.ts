import { logSoftmax, relu, sigmoid, softmax, tanh } from '@descent/core';
import { or, WHOLE } from '../../argument.ts';
import { callable } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const AXIS = { axis: or(WHOLE, -1) };

export const ACTIVATIONS: LayerTable<'relu' | 'sigmoid' | 'tanh' | 'softmax' | 'logSoftmax'> = {
  relu: callable(relu),
  sigmoid: callable(sigmoid),
  tanh: callable(tanh),
  softmax: callable(softmax, {}, AXIS),
  logSoftmax: callable(logSoftmax, {}, AXIS),
};
