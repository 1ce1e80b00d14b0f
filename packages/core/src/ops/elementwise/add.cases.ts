import { tensor } from '../../ir/ndarray.ts';
import { type Cases, integers, prefixed, values } from '../cases.ts';
import { binaryCases, briefBinaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const addCases: Cases<'add'> = [
  {
    name: 'known values',
    inputs: [tensor([1, 2, 3]), tensor([0.5, -2, 4])],
    attrs: NO_ATTRS,
    expected: tensor([1.5, 0, 7]),
  },
  ...binaryCases(values),
  ...prefixed('int32', briefBinaryCases(integers)),
];
