import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { NO_ATTRS } from '../elementwise/_types.ts';

export const detachCases: Cases<'detach'> = [
  {
    name: 'the same numbers',
    inputs: [
      tensor([
        [1, -2.5],
        [0, 3],
      ]),
    ],
    attrs: NO_ATTRS,
    expected: tensor([
      [1, -2.5],
      [0, 3],
    ]),
    expectedGrads: {
      dy: tensor([
        [1, 1],
        [1, 1],
      ]),
      grads: [
        tensor([
          [0, 0],
          [0, 0],
        ]),
      ],
    },
    grad: false,
    reason: 'no gradient flows through it, which finite differences do not show',
  },
];
