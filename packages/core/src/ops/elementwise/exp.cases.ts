import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const expCases: Cases<'exp'> = [
  {
    name: 'known values',
    inputs: [tensor([0, 1, -1, 2.5])],
    attrs: NO_ATTRS,
    expected: tensor([1, 2.718281828459045, 0.36787944117144233, 12.182493960703473]),
  },
  ...unaryCases(values),
  {
    name: 'vanishes',
    inputs: [tensor([-80, Number.NEGATIVE_INFINITY])],
    attrs: NO_ATTRS,
    expected: tensor([0, 0]),
    grad: false,
    reason: 'no finite difference at infinity',
  },
];
