import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const sigmoidCases: Cases<'sigmoid'> = [
  {
    name: 'known values',
    inputs: [tensor([0, 1, -1, 4])],
    attrs: NO_ATTRS,
    expected: tensor([0.5, 0.7310585786300049, 0.2689414213699951, 0.9820137900379085]),
  },
  ...unaryCases(values),
  { name: 'saturates without overflow', inputs: [tensor([-200, 200])], attrs: NO_ATTRS, expected: tensor([0, 1]) },
];
