import { tensor } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';
import { comparisonCases } from './_cases.ts';

export const lessEqualCases: Cases<'lessEqual'> = comparisonCases(
  tensor(
    [
      [1, 1, 1],
      [0, 1, 1],
      [0, 0, 1],
    ],
    'bool',
  ),
);
