import { tensor } from '../../ir/ndarray.ts';
import { type Cases, distinct } from '../cases.ts';
import { unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const reluCases: Cases<'relu'> = [
  {
    name: 'known values',
    inputs: [tensor([-2.5, 0, 3])],
    attrs: NO_ATTRS,
    expected: tensor([0, 0, 3]),
    expectedGrads: { dy: tensor([2, 2, 2]), grads: [tensor([0, 0, 2])] },
    grad: false,
    reason: 'it has a kink at 0',
  },
  ...unaryCases(distinct),
];
