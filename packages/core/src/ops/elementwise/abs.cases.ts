import { tensor } from '../../ir/ndarray.ts';
import { type Cases, distinct, integers, prefixed } from '../cases.ts';
import { unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const absCases: Cases<'abs'> = [
  {
    name: 'known values',
    inputs: [tensor([-2.5, 0, 3])],
    attrs: NO_ATTRS,
    expected: tensor([2.5, 0, 3]),
    expectedGrads: { dy: tensor([2, 2, 2]), grads: [tensor([-2, 0, 2])] },
    grad: false,
    reason: 'it has a kink at 0',
  },
  {
    name: 'int32 wraps around',
    inputs: [tensor([2147483647, -2147483648, 65537, -2147483647, 123456789], 'int32')],
    attrs: NO_ATTRS,
    expected: tensor([2147483647, -2147483648, 65537, 2147483647, 123456789], 'int32'),
  },
  ...unaryCases(distinct),
  ...prefixed('int32', unaryCases(integers)),
];
