import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { logicalCases } from './_cases.ts';

export const logicalOrCases: Cases<'logicalOr'> = logicalCases(
  tensor(
    [
      [0, 1],
      [1, 1],
    ],
    'bool',
  ),
);
