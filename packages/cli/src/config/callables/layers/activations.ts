import { gelu, logSoftmax, relu, sigmoid, softmax, tanh } from '@descent/core';
import { oneOf, or, WHOLE } from '../../argument.ts';
import { callable } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const AXIS = { axis: or(WHOLE, -1) };

export const ACTIVATIONS: LayerTable<'gelu' | 'relu' | 'sigmoid' | 'tanh' | 'softmax' | 'logSoftmax'> = {
  relu: callable(relu),
  gelu: callable(gelu, {}, { approximate: or(oneOf('none', 'tanh'), 'none') }),
  sigmoid: callable(sigmoid),
  tanh: callable(tanh),
  softmax: callable(softmax, {}, AXIS),
  logSoftmax: callable(logSoftmax, {}, AXIS),
};
