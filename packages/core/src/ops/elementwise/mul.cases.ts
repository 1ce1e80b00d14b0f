import { tensor } from '../../ir/ndarray.ts';
import { type Cases, integers, prefixed, values } from '../cases.ts';
import { binaryCases, briefBinaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const mulCases: Cases<'mul'> = [
  {
    name: 'known values',
    inputs: [tensor([1, 2, 3]), tensor([0.5, -2, 0])],
    attrs: NO_ATTRS,
    expected: tensor([0.5, -4, 0]),
  },
  ...binaryCases(values),
  ...prefixed('int32', briefBinaryCases(integers)),
];
