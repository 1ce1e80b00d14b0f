import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';

const rows = tensor([
  [3, -4],
  [0.3, 0.4],
  [6, 8],
]);
const dy = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);
const reason = 'gradients go straight through, although rows are cut';

export const embeddingRenormCases: Cases<'embeddingRenorm'> = [
  {
    name: 'long rows, where they are named',
    inputs: [rows, tensor([[1], [2], [0]])],
    attrs: { maxNorm: 1, normType: 2 },
    expected: tensor([
      [0.6, -0.8],
      [0.3, 0.4],
      [6, 8],
    ]),
    expectedGrads: { dy, grads: [dy, null] },
    grad: false,
    reason,
  },
  {
    name: 'all long rows, by the sum of their sizes',
    inputs: [rows],
    attrs: { maxNorm: 2, normType: 1 },
    expected: tensor([
      [6 / 7, -8 / 7],
      [0.3, 0.4],
      [6 / 7, 8 / 7],
    ]),
    expectedGrads: { dy, grads: [dy] },
    grad: false,
    reason,
  },
  {
    name: 'by the largest number',
    inputs: [rows],
    attrs: { maxNorm: 2, normType: Number.POSITIVE_INFINITY },
    expected: tensor([
      [1.5, -2],
      [0.3, 0.4],
      [1.5, 2],
    ]),
    expectedGrads: { dy, grads: [dy] },
    grad: false,
    reason,
  },
  {
    name: 'another norm',
    inputs: [values([2, 3, 4], 1)],
    attrs: { maxNorm: 1.5, normType: 3 },
    expectedGrads: { dy: values([2, 3, 4], 2), grads: [values([2, 3, 4], 2)] },
    grad: false,
    reason,
  },
];
