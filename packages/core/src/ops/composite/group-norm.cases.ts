import { tensor } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, values } from '../cases.ts';

const SHAPES: readonly (readonly [Shape, groups: number])[] = [
  [[2, 4, 3], 2],
  [[2, 4, 3], 4],
  [[2, 4, 2, 3], 1],
  [[3, 6], 2],
  [[1, 2, 2, 1, 3], 2],
  [[0, 2, 3], 1],
];

export const groupNormCases: Cases<'groupNorm'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [
          [-1, 1],
          [3, 5],
        ],
      ]),
      tensor([1, 2]),
      tensor([0, 1]),
    ],
    attrs: { groups: 2, eps: 3 },
    expected: tensor([
      [
        [-0.5, 0.5],
        [0, 2],
      ],
    ]),
  },
  {
    name: 'a large mean costs no digits of the variance',
    inputs: [
      tensor([
        [
          [16385, 16383],
          [16386, 16382],
        ],
      ]),
    ],
    attrs: { groups: 1, eps: 0 },
    expected: tensor([
      [
        [0.6324555320336759, -0.6324555320336759],
        [1.2649110640673518, -1.2649110640673518],
      ],
    ]),
  },
  { name: 'without bias', inputs: [values([2, 4, 3], 1), values([4], 2)], attrs: { groups: 2, eps: 0.1 } },
  ...SHAPES.map(([shape, groups], i) => ({
    name: `[${shape}] in ${groups}`,
    inputs: [values(shape, i + 4), values([shape[1] as number], i + 5), values([shape[1] as number], i + 6)],
    attrs: { groups, eps: 0.1 },
  })),
];
