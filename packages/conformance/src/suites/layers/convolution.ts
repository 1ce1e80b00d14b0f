import { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d } from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const CONVOLUTION: readonly LayerCase[] = [
  [conv2d(256, 12, 3), [2, 256, 3, 3]],
  [conv2d(2, 4, 3), [2, 2, 6, 5]],
  [conv2d(4, 6, [3, 2], { stride: 2, padding: 'same', groups: 2 }), [2, 4, 7, 6]],
  [conv2d(3, 3, 3, { groups: 3, dilation: 2, padding: [2, 1] }), [1, 3, 6, 7]],
  [conv1d(4, 4, 3, { stride: 2, padding: [1, 2], groups: 2 }), [2, 4, 9]],
  [conv3d(2, 3, [2, 3, 2], { stride: [1, 2, 1], padding: 1, dilation: [2, 1, 1] }), [2, 2, 4, 5, 3]],
  [convTranspose1d(3, 2, 4, { stride: 3, padding: 1, outputPadding: 1 }), [2, 3, 4]],
  [convTranspose2d(4, 6, 3, { stride: [2, 1], padding: 1, outputPadding: [1, 0], groups: 2 }), [2, 4, 3, 4]],
  // More behind the result than a stride: rows of zeros.
  [convTranspose2d(1, 2, 2, { dilation: 3, outputPadding: 2 }), [1, 1, 2, 3]],
];
