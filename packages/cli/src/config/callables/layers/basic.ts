import { alphaDropout, dropout, dropout1d, dropout2d, dropout3d, linear, normalize, rescale } from '@descent/core';
import { COUNT, NUMBER, NUMBERS, or, SHARE } from '../../argument.ts';
import { callable, YES } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const DROPPED = { p: or(SHARE, 0.5) };

export const BASIC: LayerTable<
  'linear' | 'dropout' | 'dropout1d' | 'dropout2d' | 'dropout3d' | 'alphaDropout' | 'rescale' | 'normalize'
> = {
  linear: callable(linear, { inFeatures: COUNT, outFeatures: COUNT }, { bias: YES }),
  dropout: callable(dropout, DROPPED, {}, 1),
  dropout2d: callable(dropout2d, DROPPED, {}, 1),
  dropout1d: callable(dropout1d, DROPPED, {}, 1),
  dropout3d: callable(dropout3d, DROPPED, {}, 1),
  alphaDropout: callable(alphaDropout, DROPPED, {}, 1),
  rescale: callable(rescale, { scale: NUMBER, offset: or(NUMBER, 0) }, {}, 1),
  normalize: callable(normalize, { mean: NUMBERS, std: NUMBERS }),
};
