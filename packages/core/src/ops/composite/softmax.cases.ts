import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { axisCases } from './_cases.ts';

export const softmaxCases: Cases<'softmax'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [0, 1, 2],
        [5, 5, 5],
      ]),
    ],
    attrs: { axis: 1 },
    expected: tensor([
      [0.09003057317038046, 0.24472847105479767, 0.6652409557748219],
      [1 / 3, 1 / 3, 1 / 3],
    ]),
  },
  {
    name: 'large logits do not overflow',
    inputs: [tensor([[1000, 999, -1000]])],
    attrs: { axis: 1 },
    expected: tensor([[0.7310585786300049, 0.2689414213699951, 0]]),
  },
  {
    name: 'minus infinity masks',
    inputs: [tensor([[0, Number.NEGATIVE_INFINITY, 0]])],
    attrs: { axis: 1 },
    expected: tensor([[0.5, 0, 0.5]]),
    grad: false,
    reason: 'no finite difference at infinity',
  },
  ...axisCases(),
];
