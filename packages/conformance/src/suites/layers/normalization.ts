import { batchNorm2d } from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const NORMALIZATION: readonly LayerCase[] = [[batchNorm2d(3), [4, 3, 2, 2]]];
