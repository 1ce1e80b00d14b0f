import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { unaryCases } from '../elementwise/_cases.ts';
import { NO_ATTRS } from '../elementwise/_types.ts';

export const mishCases: Cases<'mish'> = [
  {
    name: 'known values',
    inputs: [tensor([0, 1, -1, 3])],
    attrs: NO_ATTRS,
    expected: tensor([0, 0.8650983882673103, -0.30340146137410895, 2.9865350049679574]),
  },
  { name: 'far from 0', inputs: [tensor([100, -100, 1e4, -1e4])], attrs: NO_ATTRS, expected: tensor([100, 0, 1e4, 0]) },
  {
    name: 'not a number',
    inputs: [tensor([Number.NaN, Number.POSITIVE_INFINITY])],
    attrs: NO_ATTRS,
    expected: tensor([Number.NaN, Number.POSITIVE_INFINITY]),
    grad: false,
    reason: 'no finite difference at infinity',
  },
  ...unaryCases(values),
];
