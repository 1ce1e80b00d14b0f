import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { unaryCases } from '../elementwise/_cases.ts';
import { NO_ATTRS } from '../elementwise/_types.ts';

export const log1pCases: Cases<'log1p'> = [
  {
    name: 'known values',
    inputs: [tensor([0, 1, Math.E - 1, -0.5, 1e6])],
    attrs: NO_ATTRS,
    expected: tensor([0, Math.LN2, 1, -Math.LN2, 13.815511557963774]),
    expectedGrads: { dy: tensor([1, 1, 1, 1, 1]), grads: [tensor([1, 0.5, 1 / Math.E, 2, 1 / 1000001])] },
  },
  {
    name: 'the ends',
    inputs: [tensor([-1, -2, Number.POSITIVE_INFINITY, Number.NaN, 3e38])],
    attrs: NO_ATTRS,
    expectedGrads: {
      dy: tensor([1, 1, 1, 1, 3e38]),
      grads: [tensor([Number.POSITIVE_INFINITY, -1, 0, Number.NaN, 1])],
    },
    expected: tensor([Number.NEGATIVE_INFINITY, Number.NaN, Number.POSITIVE_INFINITY, Number.NaN, 88.59686279296875]),
    grad: false,
    reason: 'no finite difference at infinity',
  },
  ...unaryCases((shape, seed) => values(shape, seed, { low: -0.75, high: 3 })),
];
