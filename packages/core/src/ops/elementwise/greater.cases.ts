import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { comparisonCases } from './_cases.ts';

export const greaterCases: Cases<'greater'> = comparisonCases(
  tensor(
    [
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
    ],
    'bool',
  ),
);
