import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { POOLS } from './_cases.ts';

export const avgPool2dGradCases: Cases<'avgPool2dGrad'> = [
  {
    name: 'known values',
    inputs: [tensor([[[[4, 8]]]])],
    attrs: { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0], countIncludePad: true, inputSize: [3, 4] },
    expected: tensor([
      [
        [
          [1, 1, 2, 2],
          [1, 1, 2, 2],
          [0, 0, 0, 0],
        ],
      ],
    ]),
  },
  {
    name: 'windows that overlap add up',
    inputs: [tensor([[[[4, 8]]]])],
    attrs: { kernel: [2, 2], strides: [1, 1], pads: [0, 0, 0, 0], countIncludePad: true, inputSize: [2, 3] },
    expected: tensor([
      [
        [
          [1, 3, 2],
          [1, 3, 2],
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
            [1, 2],
            [3, 4],
          ],
        ],
      ]),
    ],
    attrs: { kernel: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1], countIncludePad: false, inputSize: [2, 2] },
    expected: tensor([
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ]),
  },
  ...POOLS.flatMap(({ name, x, y, attrs }, i) =>
    [true, false].map((countIncludePad) => ({
      name: countIncludePad ? name : `${name}, padding not counted`,
      inputs: [values(y, i + 1)],
      attrs: { ...attrs, countIncludePad, inputSize: [x[2] as number, x[3] as number] as const },
    })),
  ),
];
