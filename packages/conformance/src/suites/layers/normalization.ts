import { batchNorm2d, layerNorm } from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const NORMALIZATION: readonly LayerCase[] = [
  [batchNorm2d(3), [4, 3, 2, 2]],
  [layerNorm(6), [2, 3, 6]],
  [layerNorm([3, 4], { bias: false }), [2, 3, 4]],
];
