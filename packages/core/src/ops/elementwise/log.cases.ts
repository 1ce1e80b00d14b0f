import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { positive, unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const logCases: Cases<'log'> = [
  {
    name: 'known values',
    inputs: [tensor([1, Math.E, 0.5, 10])],
    attrs: NO_ATTRS,
    expected: tensor([0, 1, -0.6931471805599453, 2.302585092994046]),
  },
  ...unaryCases(positive),
  {
    name: 'of zero is minus infinity',
    inputs: [tensor([0])],
    attrs: NO_ATTRS,
    expected: tensor([Number.NEGATIVE_INFINITY]),
    grad: false,
    reason: 'no finite difference at infinity',
  },
];
