import { tensor, zeros } from '../../ir/ndarray.ts';
import { type Cases, distinct, integers } from '../cases.ts';
import { NO_ATTRS } from '../elementwise/_types.ts';

export const softmaxCrossEntropyCases: Cases<'softmaxCrossEntropy'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [0, 1, 2],
        [5, 5, 5],
      ]),
      tensor([2, 0], 'int32'),
    ],
    attrs: NO_ATTRS,
    expected: tensor([0.40760596444438046, 1.0986122886681098]),
  },
  {
    name: 'large logits do not overflow',
    inputs: [
      tensor([
        [1000, 999, -1000],
        [1000, 999, -1000],
      ]),
      tensor([1, 2], 'int32'),
    ],
    attrs: NO_ATTRS,
    expected: tensor([1.3132616875182228, 2000.3132616875182]),
  },
  {
    name: 'minus infinity masks a class',
    inputs: [tensor([[0, Number.NEGATIVE_INFINITY, 0]]), tensor([2], 'int32')],
    attrs: NO_ATTRS,
    expected: tensor([Math.LN2]),
    expectedGrads: { dy: tensor([2]), grads: [tensor([[1, 0, -1]]), null] },
    grad: false,
    reason: 'no finite difference at infinity',
  },
  { name: 'a batch', inputs: [distinct([4, 5], 1), integers([4], 2, { low: 0, high: 5 })], attrs: NO_ATTRS },
  { name: 'one row without a batch axis', inputs: [distinct([5], 3), tensor(3, 'int32')], attrs: NO_ATTRS },
  { name: 'a sequence', inputs: [distinct([2, 3, 4], 4), integers([2, 3], 5, { low: 0, high: 4 })], attrs: NO_ATTRS },
  {
    name: 'one class',
    inputs: [distinct([2, 1], 6), tensor([0, 0], 'int32')],
    attrs: NO_ATTRS,
    expected: tensor([0, 0]),
  },
  {
    name: 'neither loss nor gradient for what is no class',
    inputs: [
      tensor([
        [0.5, 2, -1],
        [0.5, 2, -1],
        [0.5, 2, -1],
        [0, 0, Math.LN2],
        [0.5, 2, -1],
      ]),
      tensor([-1, 3, 255, 2, -100], 'int32'),
    ],
    attrs: NO_ATTRS,
    expected: tensor([0, 0, 0, Math.LN2, 0]),
    expectedGrads: {
      dy: tensor([1, 2, 3, 4, 5]),
      grads: [
        tensor([
          [0, 0, 0],
          [0, 0, 0],
          [0, 0, 0],
          [1, 1, -2],
          [0, 0, 0],
        ]),
        null,
      ],
    },
  },
  { name: 'no rows', inputs: [zeros([0, 3]), zeros([0], 'int32')], attrs: NO_ATTRS, expected: zeros([0]) },
];
