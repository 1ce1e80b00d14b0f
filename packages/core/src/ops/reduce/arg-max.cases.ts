import { tensor, zeros } from '../../ir/ndarray.ts';
import { type Cases, distinct, integers } from '../cases.ts';

export const argMaxCases: Cases<'argMax'> = [
  {
    name: 'known rows',
    inputs: [
      tensor([
        [1, 3, 2],
        [9, 5, 6],
      ]),
    ],
    attrs: { axis: 1, keepDims: false },
    expected: tensor([1, 0], 'int32'),
  },
  {
    name: 'known columns, kept',
    inputs: [
      tensor([
        [1, 7, 2],
        [9, 5, 6],
      ]),
    ],
    attrs: { axis: 0, keepDims: true },
    expected: tensor([[1, 0, 1]], 'int32'),
  },
  {
    name: 'the first of ties',
    inputs: [
      tensor([
        [0, 4, 4],
        [2, 2, 2],
        [1, 0, 1],
      ]),
    ],
    attrs: { axis: 1, keepDims: false },
    expected: tensor([1, 0, 0], 'int32'),
  },
  {
    name: 'negative values',
    inputs: [tensor([[-3, -1, -2]])],
    attrs: { axis: 1, keepDims: false },
    expected: tensor([1], 'int32'),
  },
  { name: 'one element', inputs: [tensor([5])], attrs: { axis: 0, keepDims: false }, expected: tensor(0, 'int32') },
  {
    name: 'one element, kept',
    inputs: [tensor([5])],
    attrs: { axis: 0, keepDims: true },
    expected: tensor([0], 'int32'),
  },
  ...[0, 1, 2].flatMap((axis) =>
    [false, true].map((keepDims) => ({
      name: `axis ${axis}${keepDims ? ', kept' : ''}`,
      inputs: [distinct([2, 4, 3], 1)],
      attrs: { axis, keepDims },
    })),
  ),
  { name: 'no rows', inputs: [zeros([0, 3])], attrs: { axis: 1, keepDims: false }, expected: zeros([0], 'int32') },
  { name: 'int32', inputs: [integers([3, 5], 2)], attrs: { axis: 1, keepDims: false } },
];
