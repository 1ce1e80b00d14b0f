import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const POOLING: readonly LayerCase[] = [
  [maxPool2d(2), [2, 3, 6, 4]],
  [maxPool2d(3, { stride: 2, padding: 1 }), [2, 2, 7, 6]],
  [maxPool2d([2, 3], { stride: 2, padding: [1, 0], dilation: 2, ceilMode: true }), [2, 2, 6, 8]],
  [maxPool2d(3, { stride: 2, ceilMode: true }), [1, 2, 6, 5]],
  [avgPool2d(2), [2, 3, 4, 6]],
  [avgPool2d(3, { stride: 1, padding: 1, countIncludePad: false }), [1, 2, 5, 4]],
  [avgPool2d(3, { stride: 2, padding: 1, ceilMode: true }), [1, 2, 6, 4]],
  [maxPool1d(3, { stride: 2 }), [2, 3, 7]],
  [avgPool1d(2, { ceilMode: true }), [2, 3, 7]],
  [maxPool3d(2, { stride: [2, 1, 2], padding: [1, 0, 0] }), [1, 2, 3, 4, 5]],
  [avgPool3d([2, 1, 2]), [2, 2, 4, 3, 4]],
  [adaptiveAvgPool2d(1), [2, 3, 4, 5]],
  [adaptiveAvgPool2d([3, 4]), [2, 2, 7, 6]],
  [adaptiveAvgPool1d(5), [2, 2, 3]],
  [adaptiveMaxPool2d([2, 5]), [1, 2, 7, 8]],
];
