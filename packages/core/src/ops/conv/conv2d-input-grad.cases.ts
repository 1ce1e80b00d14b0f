import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { CONVS } from './_cases.ts';

export const conv2dInputGradCases: Cases<'conv2dInputGrad'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [
          [
            [1, 0],
            [0, 2],
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
    attrs: { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1, inputSize: [3, 3] },
    expected: tensor([
      [
        [
          [1, 2, 0],
          [3, 6, 4],
          [0, 6, 8],
        ],
      ],
    ]),
  },
  ...CONVS.map(({ name, x, w, y, attrs }, i) => ({
    name,
    inputs: [values(y, 2 * i + 1), values(w, 2 * i + 2)],
    attrs: { ...attrs, inputSize: [x[2] as number, x[3] as number] as const },
  })),
];
