import { batchNorm2d } from '@descent/core';
import { COUNT, or, POSITIVE, SHARE } from '../../argument.ts';
import { callable } from '../../callable.ts';
import type { LayerTable } from './table.ts';

export const NORMALIZATION: LayerTable<'batchNorm2d'> = {
  batchNorm2d: callable(batchNorm2d, { channels: COUNT }, { eps: or(POSITIVE, 1e-5), momentum: or(SHARE, 0.1) }),
};
