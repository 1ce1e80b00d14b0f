import { tensor } from '../../ir/ndarray.ts';
import { type Cases, distinct, integers, prefixed } from '../cases.ts';
import { unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const signCases: Cases<'sign'> = [
  {
    name: 'known values',
    inputs: [tensor([-2.5, 0, 3, 1e-30])],
    attrs: NO_ATTRS,
    expected: tensor([-1, 0, 1, 1]),
    expectedGrads: { dy: tensor([2, 2, 2, 2]), grads: [tensor([0, 0, 0, 0])] },
    grad: false,
    reason: 'it jumps at 0',
  },
  ...unaryCases(distinct),
  ...prefixed('int32', unaryCases(integers)),
];
