import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const cosCases: Cases<'cos'> = [
  {
    name: 'known values',
    inputs: [tensor([0, 1, -1, Math.PI / 2, 3])],
    attrs: NO_ATTRS,
    expected: tensor([1, 0.5403023058681398, 0.5403023058681398, 0, -0.9899924966004454]),
  },
  ...unaryCases(values),
  { name: 'several turns', inputs: [tensor([-20, 7, 100])], attrs: NO_ATTRS, tolerance: 1e-4 },
];
