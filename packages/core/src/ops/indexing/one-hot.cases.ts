import { tensor, zeros } from '../../ir/ndarray.ts';
import { type Cases, integers } from '../cases.ts';

export const oneHotCases: Cases<'oneHot'> = [
  {
    name: 'known values',
    inputs: [tensor([2, 0], 'int32')],
    attrs: { depth: 3 },
    expected: tensor([
      [0, 0, 1],
      [1, 0, 0],
    ]),
  },
  {
    name: 'zeros for an index out of range',
    inputs: [tensor([-1, 3, 1, -3], 'int32')],
    attrs: { depth: 3 },
    expected: tensor([
      [0, 0, 0],
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]),
  },
  { name: 'a scalar', inputs: [tensor(1, 'int32')], attrs: { depth: 3 }, expected: tensor([0, 1, 0]) },
  { name: 'a matrix', inputs: [integers([2, 4], 1, { low: 0, high: 5 })], attrs: { depth: 5 } },
  { name: 'depth 1', inputs: [tensor([0, 1, 0], 'int32')], attrs: { depth: 1 }, expected: tensor([[1], [0], [1]]) },
  { name: 'no indices', inputs: [zeros([0], 'int32')], attrs: { depth: 3 }, expected: zeros([0, 3]) },
];
