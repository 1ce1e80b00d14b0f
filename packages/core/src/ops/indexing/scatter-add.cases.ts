import { tensor, zeros } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, integers, values } from '../cases.ts';

const INDICES: readonly Shape[] = [[], [4], [2, 3]];

export const scatterAddCases: Cases<'scatterAdd'> = [
  {
    name: 'known rows, two into one',
    inputs: [
      tensor([2, 0, 2], 'int32'),
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ],
    attrs: { axis: 0, size: 4 },
    expected: tensor([
      [3, 4],
      [0, 0],
      [6, 8],
      [0, 0],
    ]),
  },
  {
    name: 'known columns',
    inputs: [
      tensor([1, 1], 'int32'),
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ],
    attrs: { axis: 1, size: 3 },
    expected: tensor([
      [0, 3, 0],
      [0, 7, 0],
    ]),
  },
  ...[0, 1, 2].flatMap((axis) =>
    INDICES.map((shape) => ({
      name: `axis ${axis}, indices of rank ${shape.length}`,
      inputs: [integers(shape, axis + 1, { low: 0, high: 3 }), values([2, 2].toSpliced(axis, 0, ...shape), 9)],
      attrs: { axis, size: 3 },
    })),
  ),
  {
    name: 'one element into a vector',
    inputs: [tensor(1, 'int32'), tensor(8)],
    attrs: { axis: 0, size: 3 },
    expected: tensor([0, 8, 0]),
  },
  {
    name: 'everything into one entry',
    inputs: [tensor([0, 0, 0], 'int32'), tensor([1, 2, 3])],
    attrs: { axis: 0, size: 1 },
    expected: tensor([6]),
  },
  {
    name: 'no updates',
    inputs: [zeros([0], 'int32'), zeros([0, 2])],
    attrs: { axis: 0, size: 2 },
    expected: zeros([2, 2]),
  },
];
