import { tensor, zeros } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, values } from '../cases.ts';
import { EVERY_TYPE } from './_cases.ts';

const JOINS: Readonly<Record<string, readonly [axis: number, shapes: readonly Shape[]]>> = {
  'one tensor': [0, [[2, 3]]],
  'two, axis 0': [
    0,
    [
      [2, 3],
      [1, 3],
    ],
  ],
  'two, axis 1': [
    1,
    [
      [2, 3],
      [2, 2],
    ],
  ],
  'three, axis 0': [
    0,
    [
      [1, 2],
      [2, 2],
      [3, 2],
    ],
  ],
  'three, axis 1': [
    1,
    [
      [2, 1],
      [2, 3],
      [2, 2],
    ],
  ],
  'three vectors': [0, [[2], [1], [3]]],
  'channels of an image batch': [
    1,
    [
      [2, 1, 3, 2],
      [2, 2, 3, 2],
    ],
  ],
  'the last of four axes': [
    3,
    [
      [2, 1, 3, 2],
      [2, 1, 3, 1],
    ],
  ],
  'one of them empty': [
    0,
    [
      [2, 3],
      [0, 3],
      [1, 3],
    ],
  ],
};

export const concatCases: Cases<'concat'> = [
  {
    name: 'known columns',
    inputs: [
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([[5], [6]]),
    ],
    attrs: { axis: 1 },
    expected: tensor([
      [1, 2, 5],
      [3, 4, 6],
    ]),
  },
  {
    name: 'known rows',
    inputs: [tensor([[1, 2]]), tensor([[3, 4]])],
    attrs: { axis: 0 },
    expected: tensor([
      [1, 2],
      [3, 4],
    ]),
  },
  ...Object.entries(JOINS).map(([name, [axis, shapes]]) => ({
    name,
    inputs: shapes.map((shape, i) => values(shape, i + 1)),
    attrs: { axis },
  })),
  { name: 'all of them empty', inputs: [zeros([0, 3]), zeros([0, 2])], attrs: { axis: 1 }, expected: zeros([0, 5]) },
  ...Object.entries(EVERY_TYPE).map(([type, draw]) => ({
    name: type,
    inputs: [draw([2, 3], 8), draw([1, 3], 9)],
    attrs: { axis: 0 },
  })),
];
