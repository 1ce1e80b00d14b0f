import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const erfCases: Cases<'erf'> = [
  {
    name: 'known values',
    inputs: [tensor([0, 0.5, 1, -2, 3])],
    attrs: NO_ATTRS,
    expected: tensor([0, 0.5204998778130465, 0.8427007929497149, -0.9953222650189527, 0.9999779095030014]),
  },
  ...unaryCases(values),
  { name: 'saturates', inputs: [tensor([-6, 6, 20])], attrs: NO_ATTRS, expected: tensor([-1, 1, 1]) },
  {
    name: 'near zero',
    inputs: [tensor([1e-6, -1e-3])],
    attrs: NO_ATTRS,
    expected: tensor([1.1283791670955126e-6, -1.1283787909692363e-3]),
  },
];
