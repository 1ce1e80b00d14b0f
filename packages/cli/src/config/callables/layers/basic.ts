import { dropout, flatten, linear, normalize, rescale } from '@descent/core';
import { COUNT, NUMBER, NUMBERS, or, SHARE } from '../../argument.ts';
import { callable, YES } from '../../callable.ts';
import type { LayerTable } from './table.ts';

export const BASIC: LayerTable<'linear' | 'flatten' | 'dropout' | 'rescale' | 'normalize'> = {
  linear: callable(linear, { inFeatures: COUNT, outFeatures: COUNT }, { bias: YES }),
  flatten: callable(flatten),
  dropout: callable(dropout, { p: or(SHARE, 0.5) }, {}, 1),
  rescale: callable(rescale, { scale: NUMBER, offset: or(NUMBER, 0) }, {}, 1),
  normalize: callable(normalize, { mean: NUMBERS, std: NUMBERS }),
};
