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
import type { LayerCase } from './layer-case.ts';

export const NORMALIZATION: readonly LayerCase[] = [
  [batchNorm1d(3), [5, 3]],
  [batchNorm2d(3), [4, 3, 2, 2]],
  [batchNorm3d(2, { affine: false }), [2, 2, 2, 1, 3]],
  [layerNorm(6), [2, 3, 6]],
  [layerNorm([3, 4], { bias: false }), [2, 3, 4]],
  [rmsNorm(6), [2, 3, 6]],
  [groupNorm(2, 4), [2, 4, 3]],
  [instanceNorm1d(3), [2, 3, 5]],
  [instanceNorm2d(3, { affine: true, trackRunningStats: true }), [2, 3, 3, 2]],
];
