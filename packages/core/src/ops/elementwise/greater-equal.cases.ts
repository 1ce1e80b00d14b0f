import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { comparisonCases } from './_cases.ts';

export const greaterEqualCases: Cases<'greaterEqual'> = comparisonCases(
  tensor(
    [
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
    ],
    'bool',
  ),
);
