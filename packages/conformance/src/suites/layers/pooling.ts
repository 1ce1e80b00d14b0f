import { avgPool2d, maxPool2d } from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const POOLING: readonly LayerCase[] = [
  [maxPool2d(2), [2, 3, 6, 4]],
  [maxPool2d(3, { stride: 2, padding: 1 }), [2, 2, 7, 6]],
  [avgPool2d(2), [2, 3, 4, 6]],
  [avgPool2d(3, { stride: 1, padding: 1, countIncludePad: false }), [1, 2, 5, 4]],
];
