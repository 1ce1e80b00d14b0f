import { avgPool2d, maxPool2d } from '@descent/core';
import { or, PADDING, SIZE } from '../../argument.ts';
import { callable, YES } from '../../callable.ts';
import type { LayerTable } from './table.ts';

// The stride is the kernel size where it is left out.
const POOL = { stride: SIZE, padding: or(PADDING, 0) };

export const POOLING: LayerTable<'maxPool2d' | 'avgPool2d'> = {
  maxPool2d: callable(maxPool2d, { kernelSize: SIZE }, POOL),
  avgPool2d: callable(avgPool2d, { kernelSize: SIZE }, { ...POOL, countIncludePad: YES }),
};
