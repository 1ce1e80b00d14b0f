import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { NO_ATTRS } from '../elementwise/_types.ts';
import { EVERY_TYPE } from './_cases.ts';

export const barrierCases: Cases<'barrier'> = [
  {
    name: 'the numbers of the first',
    inputs: [tensor([1, -0, 3]), tensor([[4], [5]])],
    attrs: NO_ATTRS,
    expected: tensor([1, -0, 3]),
  },
  { name: 'after nothing', inputs: [values([2, 3], 1)], attrs: NO_ATTRS },
  {
    name: 'after several',
    inputs: [values([2, 3], 1), values([], 2), values([2, 1, 2, 2], 3), values([5], 4)],
    attrs: NO_ATTRS,
  },
  {
    name: 'after what has no elements',
    inputs: [values([2, 3], 1), values([0, 2], 2), values([1], 3)],
    attrs: NO_ATTRS,
  },
  { name: 'without elements', inputs: [values([0, 3], 1), values([2], 2)], attrs: NO_ATTRS },
  { name: 'of rank 0', inputs: [values([], 1), values([2], 2)], attrs: NO_ATTRS },
  { name: 'after itself', inputs: [values([3], 1), values([3], 1)], attrs: NO_ATTRS },
  ...Object.entries(EVERY_TYPE).map(([type, draw]) => ({
    name: type,
    inputs: [draw([4, 3], 9), values([2], 2)],
    attrs: NO_ATTRS,
  })),
];
