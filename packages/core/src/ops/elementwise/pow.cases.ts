import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { binaryCases, positive } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const powCases: Cases<'pow'> = [
  {
    name: 'known values',
    inputs: [tensor([2, 3, 4, -2, -2, 9]), tensor([3, -1, 0, 2, 3, 0.5])],
    attrs: NO_ATTRS,
    expected: tensor([8, 1 / 3, 1, 4, -8, 3]),
    grad: [0],
  },
  ...binaryCases(positive, values),
  {
    name: 'zero as base and as exponent',
    inputs: [tensor([0, 0, 0, 2]), tensor([0, 1, 2, 0])],
    attrs: NO_ATTRS,
    expected: tensor([1, 0, 0, 1]),
    expectedGrads: { dy: tensor([1, 1, 1, 1]), grads: [tensor([0, 1, 0, 0]), tensor([0, 0, 0, Math.log(2)])] },
    grad: false,
    reason: 'below 0 the power is not defined for exponents near the given ones',
  },
];
