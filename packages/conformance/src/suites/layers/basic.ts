import { linear, normalize, rescale } from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const BASIC: readonly LayerCase[] = [
  [linear(5, 3), [4, 5]],
  [linear(5, 3, { bias: false }), [2, 3, 5]],
  // Engines split long sums among their threads, in kernels that short sums never reach.
  [linear(3072, 40), [6, 3072]],
  [linear(2049, 33), [5, 2049]],
  [rescale(1 / 255, -0.5), [2, 3]],
  [normalize([0.1, 0.2], [0.3, 0.4]), [2, 2, 2, 2]],
];
