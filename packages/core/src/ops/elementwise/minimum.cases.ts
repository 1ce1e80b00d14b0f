import { tensor } from '../../ir/ndarray.ts';
import { type Cases, integers, prefixed } from '../cases.ts';
import { binaryCases, briefBinaryCases, leftDistinct, rightDistinct } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const minimumCases: Cases<'minimum'> = [
  {
    name: 'known values',
    inputs: [tensor([1, 2, -1, 5]), tensor([0.5, 2, 0, -3])],
    attrs: NO_ATTRS,
    expected: tensor([0.5, 2, -1, -3]),
    expectedGrads: { dy: tensor([2, 2, 2, 2]), grads: [tensor([0, 1, 2, 0]), tensor([2, 1, 0, 2])] },
    grad: false,
    reason: 'it has a kink where the operands are equal',
  },
  {
    name: 'int32 beyond 2^24',
    inputs: [
      tensor([16777217, 2147483647, -2147483648], 'int32'),
      tensor([16777216, 2147483646, -2147483647], 'int32'),
    ],
    attrs: NO_ATTRS,
    expected: tensor([16777216, 2147483646, -2147483648], 'int32'),
  },
  ...binaryCases(leftDistinct, rightDistinct),
  {
    name: 'all tied, broadcast',
    inputs: [tensor([[1, 1, 1]]), tensor([[1], [1]])],
    attrs: NO_ATTRS,
    expected: tensor([
      [1, 1, 1],
      [1, 1, 1],
    ]),
    expectedGrads: {
      dy: tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      grads: [tensor([[2.5, 3.5, 4.5]]), tensor([[3], [7.5]])],
    },
    grad: false,
    reason: 'it has a kink where the operands are equal',
  },
  ...prefixed('int32', briefBinaryCases(integers)),
];
