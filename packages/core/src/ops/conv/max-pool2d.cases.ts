import { tensor } from '../../ir/ndarray.ts';
import { type Cases, distinct } from '../cases.ts';
import { POOLS } from './_cases.ts';

export const maxPool2dCases: Cases<'maxPool2d'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [
          [
            [1, 2, 3, 4],
            [5, 6, 7, 8],
            [9, 10, 11, 12],
            [16, 15, 14, 13],
          ],
        ],
      ]),
    ],
    attrs: { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
    expected: tensor([
      [
        [
          [6, 8],
          [16, 14],
        ],
      ],
    ]),
  },
  {
    name: 'padding never wins',
    inputs: [
      tensor([
        [
          [
            [-1, -2],
            [-3, -4],
          ],
        ],
      ]),
    ],
    attrs: { kernel: [2, 2], strides: [1, 1], pads: [1, 1, 1, 1] },
    expected: tensor([
      [
        [
          [-1, -1, -2],
          [-1, -1, -2],
          [-3, -3, -4],
        ],
      ],
    ]),
  },
  {
    name: 'the first of ties takes the gradient',
    inputs: [
      tensor([
        [
          [
            [1, 1, 0, 2],
            [1, 1, 2, 0],
            [0, 0, 3, 3],
            [0, 0, 1, 3],
          ],
        ],
      ]),
    ],
    attrs: { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
    expected: tensor([
      [
        [
          [1, 2],
          [0, 3],
        ],
      ],
    ]),
    expectedGrads: {
      dy: tensor([
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ]),
      grads: [
        tensor([
          [
            [
              [1, 0, 0, 2],
              [0, 0, 0, 0],
              [3, 0, 4, 0],
              [0, 0, 0, 0],
            ],
          ],
        ]),
      ],
    },
    grad: false,
    reason: 'it has a kink where pixels tie',
  },
  {
    name: 'ties of windows that overlap, padded',
    inputs: [
      tensor([
        [
          [
            [0, 0, 0],
            [0, 0, 0],
            [0, 0, 0],
          ],
        ],
      ]),
    ],
    attrs: { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    expected: tensor([
      [
        [
          [0, 0],
          [0, 0],
        ],
      ],
    ]),
    expectedGrads: {
      dy: tensor([
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ]),
      grads: [
        tensor([
          [
            [
              [1, 2, 0],
              [3, 4, 0],
              [0, 0, 0],
            ],
          ],
        ]),
      ],
    },
    grad: false,
    reason: 'it has a kink where pixels tie',
  },
  ...POOLS.map(({ name, x, attrs }, i) => ({ name, inputs: [distinct(x, i + 1)], attrs })),
];
