import { tensor } from '../../ir/ndarray.ts';
import { type Cases, integers, prefixed, values } from '../cases.ts';
import { binaryCases, briefBinaryCases, nonZero } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const divCases: Cases<'div'> = [
  {
    name: 'known values',
    inputs: [tensor([1, 2, -3]), tensor([0.5, -4, 4])],
    attrs: NO_ATTRS,
    expected: tensor([2, -0.5, -0.75]),
  },
  ...binaryCases(values, nonZero),
  {
    name: 'by zero',
    inputs: [tensor([1, -1]), tensor([0])],
    attrs: NO_ATTRS,
    expected: tensor([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
    grad: false,
    reason: 'no finite difference at infinity',
  },
  {
    name: 'int32 truncates towards zero',
    inputs: [tensor([7, -7, 7, -7, 6, 0], 'int32'), tensor([2, 2, -2, -2, 3, 5], 'int32')],
    attrs: NO_ATTRS,
    expected: tensor([3, -3, -3, 3, 2, 0], 'int32'),
  },
  {
    name: 'int32 by zero is 0, and the least by -1 wraps around',
    inputs: [tensor([7, 0, -7, -2147483648, -2147483648, 9], 'int32'), tensor([0, 0, 0, -1, 1, -1], 'int32')],
    attrs: NO_ATTRS,
    expected: tensor([0, 0, 0, -2147483648, -2147483648, -9], 'int32'),
  },
  {
    name: 'int32 beyond 2^24',
    inputs: [tensor([2147483647, 16777217, -2147483648, 2147483646], 'int32'), tensor([2147483646, 1, 3, -2], 'int32')],
    attrs: NO_ATTRS,
    expected: tensor([1, 16777217, -715827882, -1073741823], 'int32'),
  },
  ...prefixed(
    'int32',
    briefBinaryCases(integers, (shape, seed) => integers(shape, seed, { low: 1, high: 4 })),
  ),
];
