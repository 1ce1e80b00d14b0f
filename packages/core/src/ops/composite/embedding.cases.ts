import { tensor } from '../../ir/ndarray.ts';
import { type Cases, integers, values } from '../cases.ts';

const reason = 'the padding row has no gradient, although the output depends on it';

export const embeddingCases: Cases<'embedding'> = [
  {
    name: 'known rows, padding among them',
    inputs: [
      tensor([2, 0, 2, 1], 'int32'),
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ],
    attrs: { paddingIdx: 1 },
    expected: tensor([
      [5, 6],
      [1, 2],
      [5, 6],
      [3, 4],
    ]),
    expectedGrads: {
      dy: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ]),
      grads: [
        null,
        tensor([
          [3, 4],
          [0, 0],
          [6, 8],
        ]),
      ],
    },
    grad: false,
    reason,
  },
  {
    name: 'gradients divided by how often a row is named',
    inputs: [
      tensor([2, 0, 2], 'int32'),
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      tensor([[1], [0], [2]]),
    ],
    attrs: { paddingIdx: null },
    expected: tensor([
      [5, 6],
      [1, 2],
      [5, 6],
    ]),
    expectedGrads: {
      dy: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      grads: [
        null,
        tensor([
          [3, 4],
          [0, 0],
          [3, 4],
        ]),
        null,
      ],
    },
    grad: false,
    reason: 'a row that is named twice has half its gradient',
  },
  {
    name: 'no padding in sight',
    inputs: [integers([2, 3], 1, { low: 1, high: 4 }), values([4, 2], 2)],
    attrs: { paddingIdx: 0 },
  },
];
