import * as core from '@descent/core';
import { COUNT, NUMBER, oneOf, or, POSITIVE, WHOLE } from '../../argument.ts';
import { callable } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const AXIS = { axis: or(WHOLE, -1) };

export const ACTIVATIONS: LayerTable<
  | 'celu'
  | 'elu'
  | 'gelu'
  | 'glu'
  | 'hardsigmoid'
  | 'hardswish'
  | 'hardtanh'
  | 'leakyRelu'
  | 'logSigmoid'
  | 'logSoftmax'
  | 'mish'
  | 'prelu'
  | 'relu'
  | 'relu6'
  | 'selu'
  | 'sigmoid'
  | 'silu'
  | 'softmax'
  | 'softplus'
  | 'softsign'
  | 'tanh'
> = {
  relu: callable(core.relu),
  sigmoid: callable(core.sigmoid),
  tanh: callable(core.tanh),
  softmax: callable(core.softmax, {}, AXIS),
  logSoftmax: callable(core.logSoftmax, {}, AXIS),
  gelu: callable(core.gelu, {}, { approximate: or(oneOf('none', 'tanh'), 'none') }),
  silu: callable(core.silu),
  mish: callable(core.mish),
  leakyRelu: callable(core.leakyRelu, { negativeSlope: or(NUMBER, 0.01) }, {}, 1),
  prelu: callable(core.prelu, {}, { numParameters: or(COUNT, 1), init: or(NUMBER, 0.25) }),
  elu: callable(core.elu, { alpha: or(NUMBER, 1) }, {}, 1),
  selu: callable(core.selu),
  celu: callable(core.celu, { alpha: or(POSITIVE, 1) }, {}, 1),
  relu6: callable(core.relu6),
  hardtanh: callable(core.hardtanh, { minVal: or(NUMBER, -1), maxVal: or(NUMBER, 1) }, {}, 2),
  hardsigmoid: callable(core.hardsigmoid),
  hardswish: callable(core.hardswish),
  softplus: callable(core.softplus, {}, { beta: or(POSITIVE, 1), threshold: or(NUMBER, 20) }),
  softsign: callable(core.softsign),
  logSigmoid: callable(core.logSigmoid),
  glu: callable(core.glu, {}, AXIS),
};
