import { conv2d } from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const CONVOLUTION: readonly LayerCase[] = [
  [conv2d(256, 12, 3), [2, 256, 3, 3]],
  [conv2d(2, 4, 3), [2, 2, 6, 5]],
  [conv2d(4, 6, [3, 2], { stride: 2, padding: 'same', groups: 2 }), [2, 4, 7, 6]],
  [conv2d(3, 3, 3, { groups: 3, dilation: 2, padding: [2, 1] }), [1, 3, 6, 7]],
];
