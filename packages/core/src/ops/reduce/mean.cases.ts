import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { reduceCases } from './_cases.ts';

export const meanCases: Cases<'mean'> = [
  {
    name: 'known rows',
    inputs: [
      tensor([
        [1, 2, 3],
        [4, 5, 9],
      ]),
    ],
    attrs: { axes: [1], keepDims: false },
    expected: tensor([2, 6]),
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
    expected: tensor([[2.5, 3.5, 4.5]]),
  },
  ...reduceCases(values, { int32: false }),
];
