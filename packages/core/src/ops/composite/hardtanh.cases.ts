import { tensor } from '../../ir/ndarray.ts';
import { type Cases, distinct } from '../cases.ts';
import { unaryCases } from '../elementwise/_cases.ts';
import type { HardtanhAttrs } from './hardtanh.ts';

const ONE: HardtanhAttrs = { minVal: -1, maxVal: 1 };

export const hardtanhCases: Cases<'hardtanh'> = [
  {
    name: 'known values',
    inputs: [tensor([-3, -0.5, 0, 0.5, 3, 1e4])],
    attrs: { minVal: -1, maxVal: 2 },
    expected: tensor([-1, -0.5, 0, 0.5, 2, 2]),
  },
  {
    name: 'the bounds',
    inputs: [tensor([-1, 1])],
    attrs: ONE,
    expected: tensor([-1, 1]),
    grad: false,
    reason: 'kinks, where the gradient is 0 as in PyTorch',
    expectedGrads: { dy: tensor([1, 1]), grads: [tensor([0, 0])] },
  },
  {
    name: 'the ends',
    inputs: [tensor([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])],
    attrs: ONE,
    expected: tensor([1, -1, Number.NaN]),
    grad: false,
    reason: 'no finite difference at infinity',
  },
  ...unaryCases(distinct).map((c) => ({ ...c, attrs: ONE })),
];
