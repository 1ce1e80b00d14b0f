import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { POOLS } from './_cases.ts';

export const avgPool2dCases: Cases<'avgPool2d'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [
          [
            [1, 2, 3, 4],
            [5, 6, 7, 8],
            [9, 10, 11, 12],
            [13, 14, 15, 16],
          ],
        ],
      ]),
    ],
    attrs: { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0], countIncludePad: true },
    expected: tensor([
      [
        [
          [3.5, 5.5],
          [11.5, 13.5],
        ],
      ],
    ]),
  },
  {
    name: 'padding counts as zeros',
    inputs: [
      tensor([
        [
          [
            [4, 8],
            [12, 16],
          ],
        ],
      ]),
    ],
    attrs: { kernel: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1], countIncludePad: true },
    expected: tensor([
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ]),
  },
  {
    name: 'padding does not count',
    inputs: [
      tensor([
        [
          [
            [4, 8],
            [12, 16],
          ],
        ],
      ]),
    ],
    attrs: { kernel: [2, 2], strides: [1, 1], pads: [1, 1, 1, 1], countIncludePad: false },
    expected: tensor([
      [
        [
          [4, 6, 8],
          [8, 10, 12],
          [12, 14, 16],
        ],
      ],
    ]),
  },
  ...POOLS.flatMap(({ name, x, attrs }, i) =>
    [true, false].map((countIncludePad) => ({
      name: countIncludePad ? name : `${name}, padding not counted`,
      inputs: [values(x, i + 1)],
      attrs: { ...attrs, countIncludePad },
    })),
  ),
];
