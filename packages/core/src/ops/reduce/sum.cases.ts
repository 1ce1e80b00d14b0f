import { tensor, zeros } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { reduceCases } from './_cases.ts';

export const sumCases: Cases<'sum'> = [
  {
    name: 'known rows',
    inputs: [
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ],
    attrs: { axes: [1], keepDims: false },
    expected: tensor([6, 15]),
  },
  {
    name: 'known columns',
    inputs: [
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ],
    attrs: { axes: [0], keepDims: true },
    expected: tensor([[5, 7, 9]]),
  },
  {
    name: 'int32 wraps around',
    inputs: [
      tensor(
        [
          [2147483647, 2147483647, 5],
          [-2147483648, -1, 0],
        ],
        'int32',
      ),
    ],
    attrs: { axes: [1], keepDims: false },
    expected: tensor([3, 2147483647], 'int32'),
  },
  {
    name: 'all of int32 wraps around',
    inputs: [tensor([2147483647, 2147483647, 5], 'int32')],
    attrs: { axes: [0], keepDims: false },
    expected: tensor(3, 'int32'),
  },
  { name: 'of nothing is 0', inputs: [zeros([2, 0])], attrs: { axes: [1], keepDims: false }, expected: tensor([0, 0]) },
  {
    name: 'of nothing at all is 0',
    inputs: [zeros([0, 3])],
    attrs: { axes: [0, 1], keepDims: false },
    expected: tensor(0),
  },
  ...reduceCases(values, { int32: true }),
];
