import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { CONVS } from './_cases.ts';

export const conv2dCases: Cases<'conv2d'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [
          [
            [1, 2, 3],
            [4, 5, 6],
            [7, 8, 9],
          ],
        ],
      ]),
      tensor([
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ]),
    ],
    attrs: { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1 },
    expected: tensor([
      [
        [
          [37, 47],
          [67, 77],
        ],
      ],
    ]),
  },
  {
    name: 'known values, padded on the top and left',
    inputs: [
      tensor([
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ]),
      tensor([
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ]),
    ],
    attrs: { strides: [1, 1], pads: [1, 1, 0, 0], dilations: [1, 1], groups: 1 },
    expected: tensor([
      [
        [
          [4, 11],
          [14, 30],
        ],
      ],
    ]),
  },
  ...CONVS.map(({ name, x, w, attrs }, i) => ({ name, inputs: [values(x, 2 * i + 1), values(w, 2 * i + 2)], attrs })),
];
