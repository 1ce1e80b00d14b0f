import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { positive, unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const sqrtCases: Cases<'sqrt'> = [
  {
    name: 'known values',
    inputs: [tensor([1, 2, 0.25, 100])],
    attrs: NO_ATTRS,
    expected: tensor([1, 1.4142135623730951, 0.5, 10]),
  },
  ...unaryCases(positive),
  {
    name: 'of zero',
    inputs: [tensor([0])],
    attrs: NO_ATTRS,
    expected: tensor([0]),
    grad: false,
    reason: 'its slope at 0 is infinite',
  },
];
