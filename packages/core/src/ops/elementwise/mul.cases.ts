import { tensor } from '../../ir/ndarray.ts';
import { type Cases, integers, prefixed, values } from '../cases.ts';
import { binaryCases, briefBinaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const mulCases: Cases<'mul'> = [
  {
    name: 'known values',
    inputs: [tensor([1, 2, 3]), tensor([0.5, -2, 0])],
    attrs: NO_ATTRS,
    expected: tensor([0.5, -4, 0]),
  },
  ...binaryCases(values),
  {
    name: 'int32 wraps around',
    inputs: [
      tensor([2147483647, -2147483648, 65537, -2147483647, 123456789], 'int32'),
      tensor([2, -1, 65537, 2147483646, 987654321], 'int32'),
    ],
    attrs: NO_ATTRS,
    expected: tensor([-2, -2147483648, 131073, 2147483646, -67153019], 'int32'),
  },
  ...prefixed('int32', briefBinaryCases(integers)),
];
