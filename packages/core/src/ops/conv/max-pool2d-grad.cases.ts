import { tensor } from '../../ir/ndarray.ts';
import { type Cases, distinct, values } from '../cases.ts';
import { POOLS, windowMaxima } from './_cases.ts';

export const maxPool2dGradCases: Cases<'maxPool2dGrad'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [
          [
            [1, 2, 4, 3],
            [5, 6, 2, 1],
            [9, 8, 0, 0],
            [7, 6, 0, 5],
          ],
        ],
      ]),
      tensor([
        [
          [
            [6, 4],
            [9, 5],
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
    attrs: { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
    expected: tensor([
      [
        [
          [0, 0, 2, 0],
          [0, 1, 0, 0],
          [3, 0, 0, 0],
          [0, 0, 0, 4],
        ],
      ],
    ]),
  },
  {
    name: 'a pixel that wins two windows gets both gradients',
    inputs: [
      tensor([
        [
          [
            [0, 9, 0],
            [1, 2, 3],
          ],
        ],
      ]),
      tensor([[[[9, 9]]]]),
      tensor([[[[1, 2]]]]),
    ],
    attrs: { kernel: [2, 2], strides: [1, 1], pads: [0, 0, 0, 0] },
    expected: tensor([
      [
        [
          [0, 3, 0],
          [0, 0, 0],
        ],
      ],
    ]),
  },
  {
    name: 'all tied: the first in row-major order',
    inputs: [
      tensor([
        [
          [
            [5, 5, 5, 5],
            [5, 5, 5, 5],
          ],
        ],
      ]),
      tensor([[[[5, 5]]]]),
      tensor([[[[1, 2]]]]),
    ],
    attrs: { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
    expected: tensor([
      [
        [
          [1, 0, 2, 0],
          [0, 0, 0, 0],
        ],
      ],
    ]),
  },
  {
    name: 'ties of negative pixels beside padding',
    inputs: [
      tensor([
        [
          [
            [-1, -1],
            [-1, -1],
          ],
        ],
      ]),
      tensor([
        [
          [
            [-1, -1],
            [-1, -1],
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
    attrs: { kernel: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] },
    expected: tensor([
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ]),
  },
  ...POOLS.map(({ name, x, y, attrs }, i) => {
    const images = distinct(x, i + 1);
    return { name, inputs: [images, windowMaxima(images, y, attrs), values(y, i + 50)], attrs };
  }),
];
