import { tensor, zeros } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { bools, type Cases, integers, values } from '../cases.ts';

const INDICES: readonly Shape[] = [[], [4], [2, 3]];

export const gatherCases: Cases<'gather'> = [
  {
    name: 'known rows, one of them twice',
    inputs: [
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      tensor([2, 0, 2], 'int32'),
    ],
    attrs: { axis: 0 },
    expected: tensor([
      [5, 6],
      [1, 2],
      [5, 6],
    ]),
    expectedGrads: {
      dy: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      grads: [
        tensor([
          [3, 4],
          [0, 0],
          [6, 8],
        ]),
        null,
      ],
    },
  },
  {
    name: 'known columns',
    inputs: [
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      tensor([2, 1], 'int32'),
    ],
    attrs: { axis: 1 },
    expected: tensor([
      [3, 2],
      [6, 5],
    ]),
  },
  ...[0, 1, 2].flatMap((axis) =>
    INDICES.map((shape) => ({
      name: `axis ${axis}, indices of rank ${shape.length}`,
      inputs: [values([3, 3, 3], 1), integers(shape, axis + 2, { low: 0, high: 3 })],
      attrs: { axis },
    })),
  ),
  {
    name: 'an element of a vector',
    inputs: [tensor([7, 8, 9]), tensor(1, 'int32')],
    attrs: { axis: 0 },
    expected: tensor(8),
  },
  { name: 'the only entry, many times', inputs: [values([1, 2], 3), tensor([0, 0, 0], 'int32')], attrs: { axis: 0 } },
  { name: 'no indices', inputs: [values([3, 2], 4), zeros([0], 'int32')], attrs: { axis: 0 }, expected: zeros([0, 2]) },
  { name: 'a batch of images', inputs: [values([5, 1, 2, 2], 5), tensor([4, 0], 'int32')], attrs: { axis: 0 } },
  {
    name: 'uint8',
    inputs: [integers([4, 3], 6, { dtype: 'uint8', high: 256 }), tensor([3, 3, 0], 'int32')],
    attrs: { axis: 0 },
  },
  { name: 'int32', inputs: [integers([4], 7), tensor([3, 1, 0], 'int32')], attrs: { axis: 0 } },
  { name: 'bool', inputs: [bools([4, 3], 8), tensor([[3], [1]], 'int32')], attrs: { axis: 0 } },
];
