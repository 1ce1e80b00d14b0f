import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { comparisonCases } from './_cases.ts';

export const lessCases: Cases<'less'> = comparisonCases(
  tensor(
    [
      [0, 1, 1],
      [0, 0, 1],
      [0, 0, 0],
    ],
    'bool',
  ),
);
