import { tensor } from '../../ir/ndarray.ts';
import { bools, type Cases, integers, values } from '../cases.ts';
import { NO_ATTRS } from './_types.ts';

export const whereCases: Cases<'where'> = [
  {
    name: 'known values',
    inputs: [tensor([true, false, true], 'bool'), tensor([1, 2, 3]), tensor([-1, -2, -3])],
    attrs: NO_ATTRS,
    expected: tensor([1, -2, 3]),
  },
  { name: 'equal shapes', inputs: [bools([2, 3], 1), values([2, 3], 2), values([2, 3], 3)], attrs: NO_ATTRS },
  { name: 'broadcasts the condition', inputs: [bools([3], 1), values([2, 3], 2), values([2, 3], 3)], attrs: NO_ATTRS },
  { name: 'broadcasts the choices', inputs: [bools([2, 3], 1), values([3], 2), values([2, 1], 3)], attrs: NO_ATTRS },
  { name: 'broadcasts all three', inputs: [bools([2, 1, 1], 1), values([3, 1], 2), values([4], 3)], attrs: NO_ATTRS },
  { name: 'scalar choices', inputs: [bools([2, 3], 1), values([], 2), values([], 3)], attrs: NO_ATTRS },
  { name: 'a scalar condition', inputs: [tensor(true, 'bool'), values([2, 2], 2), values([2], 3)], attrs: NO_ATTRS },
  { name: 'all scalars', inputs: [tensor(false, 'bool'), values([], 2), values([], 3)], attrs: NO_ATTRS },
  { name: 'no elements', inputs: [bools([0, 3], 1), values([3], 2), values([1, 1], 3)], attrs: NO_ATTRS },
  {
    name: 'keeps the infinity that is not chosen out',
    inputs: [tensor([true, false], 'bool'), tensor([1, Number.POSITIVE_INFINITY]), tensor([Number.NaN, 2])],
    attrs: NO_ATTRS,
    expected: tensor([1, 2]),
    expectedGrads: { dy: tensor([3, 4]), grads: [null, tensor([3, 0]), tensor([0, 4])] },
    grad: false,
    reason: 'no finite difference at infinity',
  },
  { name: 'int32', inputs: [bools([2, 3], 1), integers([2, 3], 2), integers([3], 3)], attrs: NO_ATTRS },
  {
    name: 'uint8',
    inputs: [
      bools([2, 3], 1),
      integers([2, 3], 2, { dtype: 'uint8' }),
      integers([3], 3, { dtype: 'uint8', low: 200, high: 256 }),
    ],
    attrs: NO_ATTRS,
  },
  { name: 'bool', inputs: [bools([2, 3], 1), bools([2, 3], 2), bools([3], 3)], attrs: NO_ATTRS },
];
