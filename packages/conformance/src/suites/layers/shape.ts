import { flatten, pad, permute, pixelShuffle, pixelUnshuffle, upsample } from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const SHAPE: readonly LayerCase[] = [
  [flatten(), [2, 3, 2]],
  [pad([1, 2, 0, 1], { mode: 'reflect' }), [2, 2, 3, 4]],
  [pad([2, 1], { mode: 'replicate' }), [2, 3, 4]],
  [pad(1, { mode: 'circular' }), [1, 2, 2, 3, 2]],
  [upsample(), [2, 3, 3, 4]],
  [upsample({ size: [5, 2] }), [1, 2, 3, 4]],
  [upsample({ scaleFactor: [2, 1.5], mode: 'bilinear' }), [2, 2, 3, 4]],
  [pixelShuffle(2), [2, 8, 2, 3]],
  [pixelUnshuffle(2), [2, 2, 4, 6]],
  [permute([0, 2, 1]), [2, 3, 4]],
];
