import { ACTIVATIONS } from './activations.ts';
import { ATTENTION } from './attention.ts';
import { BASIC } from './basic.ts';
import { CONTAINERS } from './containers.ts';
import { CONVOLUTION } from './convolution.ts';
import { EMBEDDING } from './embedding.ts';
import { NORMALIZATION } from './normalization.ts';
import { PARAMETRIZED } from './parametrized.ts';
import { POOLING } from './pooling.ts';
import { RECURRENT } from './recurrent.ts';
import { SHAPE } from './shape.ts';
import type { AllLayers } from './table.ts';

/** In the order in which lists of layers show them. */
export const LAYERS: AllLayers = {
  ...BASIC,
  ...SHAPE,
  ...CONVOLUTION,
  ...POOLING,
  ...NORMALIZATION,
  ...EMBEDDING,
  ...ATTENTION,
  ...RECURRENT,
  ...ACTIVATIONS,
  ...PARAMETRIZED,
  ...CONTAINERS,
};
