import { tensor, zeros } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, values } from '../cases.ts';
import { EVERY_TYPE } from './_cases.ts';

const PERMUTATIONS: readonly (readonly [Shape, readonly number[]])[] = [
  [
    [2, 3],
    [0, 1],
  ],
  [
    [2, 3, 4],
    [2, 1, 0],
  ],
  [
    [2, 3, 4],
    [1, 2, 0],
  ],
  [
    [2, 3, 4],
    [2, 0, 1],
  ],
  [
    [2, 3, 4],
    [0, 2, 1],
  ],
  [
    [2, 3, 2, 4],
    [0, 2, 3, 1],
  ],
  [
    [2, 3, 2, 4],
    [0, 3, 1, 2],
  ],
  [
    [2, 3, 2, 4],
    [3, 2, 0, 1],
  ],
  [
    [2, 1, 3, 1, 2],
    [4, 1, 0, 3, 2],
  ],
  [[3], [0]],
  [[], []],
  [
    [0, 3],
    [1, 0],
  ],
];

export const transposeCases: Cases<'transpose'> = [
  {
    name: 'swaps rows and columns',
    inputs: [
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ],
    attrs: { perm: [1, 0] },
    expected: tensor([
      [1, 4],
      [2, 5],
      [3, 6],
    ]),
  },
  {
    name: 'takes axis perm[i], not the inverse',
    inputs: [tensor([[[1, 2]], [[3, 4]], [[5, 6]]])],
    attrs: { perm: [1, 2, 0] },
    expected: tensor([
      [
        [1, 3, 5],
        [2, 4, 6],
      ],
    ]),
  },
  ...PERMUTATIONS.map(([shape, perm], i) => ({
    name: `[${shape}] by [${perm}]`,
    inputs: [values(shape, i + 1)],
    attrs: { perm },
  })),
  ...Object.entries(EVERY_TYPE).map(([type, draw]) => ({
    name: type,
    inputs: [draw([4, 3], 9)],
    attrs: { perm: [1, 0] },
  })),
  { name: 'no elements', inputs: [zeros([2, 0, 3])], attrs: { perm: [2, 1, 0] }, expected: zeros([3, 0, 2]) },
];
