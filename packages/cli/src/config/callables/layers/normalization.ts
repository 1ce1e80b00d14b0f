import { batchNorm2d, layerNorm } from '@descent/core';
import { COUNT, or, POSITIVE, SHARE, SIZES } from '../../argument.ts';
import { callable, YES } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const EPS = { eps: or(POSITIVE, 1e-5) };

export const NORMALIZATION: LayerTable<'batchNorm2d' | 'layerNorm'> = {
  batchNorm2d: callable(batchNorm2d, { channels: COUNT }, { ...EPS, momentum: or(SHARE, 0.1) }),
  layerNorm: callable(layerNorm, { normalizedShape: SIZES }, { ...EPS, elementwiseAffine: YES, bias: YES }),
};
