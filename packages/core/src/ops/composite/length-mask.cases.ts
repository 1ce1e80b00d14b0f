import { ndarray, tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';

export const lengthMaskCases: Cases<'lengthMask'> = [
  {
    name: 'as many as the length says',
    inputs: [tensor([2, 0, 3], 'int32')],
    attrs: { size: 3 },
    expected: ndarray('bool', [3, 3], Uint8Array.from([1, 1, 0, 0, 0, 0, 1, 1, 1])),
  },
  {
    name: 'a sequence without entries',
    inputs: [tensor([0, 0], 'int32')],
    attrs: { size: 0 },
    expected: ndarray('bool', [2, 0], new Uint8Array(0)),
  },
];
