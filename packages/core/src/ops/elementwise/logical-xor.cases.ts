import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { logicalCases } from './_cases.ts';

export const logicalXorCases: Cases<'logicalXor'> = logicalCases(
  tensor(
    [
      [0, 1],
      [1, 0],
    ],
    'bool',
  ),
);
