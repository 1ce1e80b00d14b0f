import * as core from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const ACTIVATIONS: readonly LayerCase[] = [
  [core.relu(), [3, 4]],
  [core.sigmoid(), [3, 4]],
  [core.tanh(), [3, 4]],
  [core.gelu(), [3, 4]],
  [core.gelu({ approximate: 'tanh' }), [3, 4]],
  [core.silu(), [3, 4]],
  [core.mish(), [3, 4]],
  [core.leakyRelu(0.2), [3, 4]],
  [core.prelu(), [3, 4]],
  [core.prelu({ numParameters: 3 }), [2, 3, 2]],
  [core.elu(0.5), [3, 4]],
  [core.selu(), [3, 4]],
  [core.celu(2), [3, 4]],
  [core.relu6(), [3, 4]],
  [core.hardtanh(-0.5, 0.5), [3, 4]],
  [core.hardsigmoid(), [3, 4]],
  [core.hardswish(), [3, 4]],
  [core.softplus({ beta: 2, threshold: 1 }), [3, 4]],
  [core.softsign(), [3, 4]],
  [core.logSigmoid(), [3, 4]],
  [core.glu(), [3, 4]],
  [core.softmax(), [3, 4]],
  [core.logSoftmax({ axis: 1 }), [2, 3, 2]],
];
