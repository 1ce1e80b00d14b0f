import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { comparisonCases } from './_cases.ts';

export const equalCases: Cases<'equal'> = comparisonCases(
  tensor(
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    'bool',
  ),
);
