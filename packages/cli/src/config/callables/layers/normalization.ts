import {
  batchNorm1d,
  batchNorm2d,
  batchNorm3d,
  groupNorm,
  instanceNorm1d,
  instanceNorm2d,
  layerNorm,
  rmsNorm,
} from '@descent/core';
import { COUNT, or, POSITIVE, SHARE, SIZES } from '../../argument.ts';
import { callable, NO, YES } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const EPS = { eps: or(POSITIVE, 1e-5) };
const CHANNELS = { channels: COUNT };
const BATCH = { ...EPS, momentum: or(SHARE, 0.1), affine: YES, trackRunningStats: YES };
const INSTANCE = { ...BATCH, affine: NO, trackRunningStats: NO };

export const NORMALIZATION: LayerTable<
  | 'batchNorm1d'
  | 'batchNorm2d'
  | 'batchNorm3d'
  | 'groupNorm'
  | 'instanceNorm1d'
  | 'instanceNorm2d'
  | 'layerNorm'
  | 'rmsNorm'
> = {
  batchNorm1d: callable(batchNorm1d, CHANNELS, BATCH),
  batchNorm2d: callable(batchNorm2d, CHANNELS, BATCH),
  batchNorm3d: callable(batchNorm3d, CHANNELS, BATCH),
  layerNorm: callable(layerNorm, { normalizedShape: SIZES }, { ...EPS, elementwiseAffine: YES, bias: YES }),
  rmsNorm: callable(rmsNorm, { normalizedShape: SIZES }, { eps: or(POSITIVE, 2 ** -23), elementwiseAffine: YES }),
  groupNorm: callable(groupNorm, { numGroups: COUNT, channels: COUNT }, { ...EPS, affine: YES }),
  instanceNorm1d: callable(instanceNorm1d, CHANNELS, INSTANCE),
  instanceNorm2d: callable(instanceNorm2d, CHANNELS, INSTANCE),
};
