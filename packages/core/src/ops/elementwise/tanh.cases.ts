import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const tanhCases: Cases<'tanh'> = [
  {
    name: 'known values',
    inputs: [tensor([0, 1, -1, 2])],
    attrs: NO_ATTRS,
    expected: tensor([0, 0.7615941559557649, -0.7615941559557649, 0.9640275800758169]),
  },
  ...unaryCases(values),
  { name: 'saturates without overflow', inputs: [tensor([-200, 200])], attrs: NO_ATTRS, expected: tensor([-1, 1]) },
];
