import { gelu, logSoftmax, relu, sigmoid, softmax, tanh } from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const ACTIVATIONS: readonly LayerCase[] = [
  [relu(), [3, 4]],
  [sigmoid(), [3, 4]],
  [tanh(), [3, 4]],
  [gelu(), [3, 4]],
  [gelu({ approximate: 'tanh' }), [3, 4]],
  [softmax(), [3, 4]],
  [logSoftmax({ axis: 1 }), [2, 3, 2]],
];
