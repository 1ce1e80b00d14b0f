import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { CONVS } from './_cases.ts';

export const conv2dFilterGradCases: Cases<'conv2dFilterGrad'> = [
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
            [1, 0],
            [0, 2],
          ],
        ],
      ]),
    ],
    attrs: { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1, kernelSize: [2, 2] },
    expected: tensor([
      [
        [
          [11, 14],
          [20, 23],
        ],
      ],
    ]),
  },
  ...CONVS.map(({ name, x, w, y, attrs }, i) => ({
    name,
    inputs: [values(x, 2 * i + 1), values(y, 2 * i + 2)],
    attrs: { ...attrs, kernelSize: [w[2] as number, w[3] as number] as const },
  })),
];
