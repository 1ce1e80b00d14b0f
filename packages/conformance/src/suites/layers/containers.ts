import { conv2d, flatten, linear, maxPool2d, relu, sequential } from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const CONTAINERS: readonly LayerCase[] = [
  [sequential(conv2d(1, 2, 3), relu(), maxPool2d(2), flatten(), linear(8, 3)), [2, 1, 6, 6]],
];
