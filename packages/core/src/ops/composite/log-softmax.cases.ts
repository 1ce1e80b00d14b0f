import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { axisCases } from './_cases.ts';

export const logSoftmaxCases: Cases<'logSoftmax'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [0, 1, 2],
        [5, 5, 5],
      ]),
    ],
    attrs: { axis: 1 },
    expected: tensor([
      [-2.4076059644443806, -1.4076059644443804, -0.40760596444438046],
      [-1.0986122886681098, -1.0986122886681098, -1.0986122886681098],
    ]),
  },
  {
    name: 'large logits do not overflow',
    inputs: [tensor([[1000, 999, -1000]])],
    attrs: { axis: 1 },
    expected: tensor([[-0.3132616875182228, -1.3132616875182228, -2000.3132616875182]]),
  },
  ...axisCases(),
];
