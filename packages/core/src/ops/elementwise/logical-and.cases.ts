import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { logicalCases } from './_cases.ts';

export const logicalAndCases: Cases<'logicalAnd'> = logicalCases(
  tensor(
    [
      [0, 0],
      [0, 1],
    ],
    'bool',
  ),
);
