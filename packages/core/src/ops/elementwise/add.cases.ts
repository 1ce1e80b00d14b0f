import { tensor } from '../../ir/ndarray.ts';
import { type Cases, integers, prefixed, values } from '../cases.ts';
import { binaryCases, briefBinaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const addCases: Cases<'add'> = [
  {
    name: 'known values',
    inputs: [tensor([1, 2, 3]), tensor([0.5, -2, 4])],
    attrs: NO_ATTRS,
    expected: tensor([1.5, 0, 7]),
  },
  ...binaryCases(values),
  {
    name: 'int32 wraps around',
    inputs: [
      tensor([2147483647, -2147483648, 65537, -2147483647, 123456789], 'int32'),
      tensor([2, -1, 65537, 2147483646, 987654321], 'int32'),
    ],
    attrs: NO_ATTRS,
    expected: tensor([-2147483647, 2147483647, 131074, -1, 1111111110], 'int32'),
  },
  ...prefixed('int32', briefBinaryCases(integers)),
];
