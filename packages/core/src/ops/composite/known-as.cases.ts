import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';

export const knownAsCases: Cases<'knownAs'> = [
  {
    name: 'is its value, and the gradient flows through that',
    inputs: [tensor([1, -2.5, 0]), tensor([3, 4, 5])],
    attrs: { known: { call: 'gru', reverse: false, result: 'output' }, names: ['x'] },
    expected: tensor([1, -2.5, 0]),
    grad: [0],
  },
];
