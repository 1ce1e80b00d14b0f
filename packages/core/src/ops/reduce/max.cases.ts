import { tensor } from '../../ir/ndarray.ts';
import { type Cases, distinct } from '../cases.ts';
import { reduceCases } from './_cases.ts';

export const maxCases: Cases<'max'> = [
  {
    name: 'known rows',
    inputs: [
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ],
    attrs: { axes: [1], keepDims: false },
    expected: tensor([3, 6]),
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
    expected: tensor([[4, 5, 6]]),
  },
  {
    name: 'ties share the gradient',
    inputs: [
      tensor([
        [1, 3, 3],
        [2, 2, 2],
        [5, 0, 4],
      ]),
    ],
    attrs: { axes: [1], keepDims: false },
    expected: tensor([3, 2, 5]),
    expectedGrads: {
      dy: tensor([6, 9, 12]),
      grads: [
        tensor([
          [0, 3, 3],
          [3, 3, 3],
          [12, 0, 0],
        ]),
      ],
    },
    grad: false,
    reason: 'it has a kink where elements tie',
  },
  {
    name: 'ties over all axes share the gradient',
    inputs: [
      tensor([
        [1, 6],
        [6, 1],
      ]),
    ],
    attrs: { axes: [0, 1], keepDims: false },
    expected: tensor(6),
    expectedGrads: {
      dy: tensor(3),
      grads: [
        tensor([
          [0, 1.5],
          [1.5, 0],
        ]),
      ],
    },
    grad: false,
    reason: 'it has a kink where elements tie',
  },
  {
    name: 'the ends of int32',
    inputs: [
      tensor(
        [
          [-2147483648, -1],
          [7, 2147483647],
        ],
        'int32',
      ),
    ],
    attrs: { axes: [1], keepDims: false },
    expected: tensor([-1, 2147483647], 'int32'),
  },
  {
    name: 'infinities',
    inputs: [
      tensor([
        [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
        [0, Number.POSITIVE_INFINITY],
      ]),
    ],
    attrs: { axes: [1], keepDims: false },
    expected: tensor([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]),
    grad: false,
    reason: 'no finite difference at infinity',
  },
  ...reduceCases(distinct, { int32: true }),
];
