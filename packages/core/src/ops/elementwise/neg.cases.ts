import { tensor } from '../../ir/ndarray.ts';
import { type Cases, integers, prefixed, values } from '../cases.ts';
import { unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const negCases: Cases<'neg'> = [
  {
    name: 'known values',
    inputs: [tensor([-2.5, 0.5, 3])],
    attrs: NO_ATTRS,
    expected: tensor([2.5, -0.5, -3]),
  },
  {
    name: 'int32 wraps around',
    inputs: [tensor([2147483647, -2147483648, 65537, -2147483647, 123456789], 'int32')],
    attrs: NO_ATTRS,
    expected: tensor([-2147483647, -2147483648, -65537, 2147483647, -123456789], 'int32'),
  },
  ...unaryCases(values),
  ...prefixed('int32', unaryCases(integers)),
];
