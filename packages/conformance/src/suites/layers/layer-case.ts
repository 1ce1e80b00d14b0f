import type { Layer, Shape } from '@descent/core';

/** A layer, and the shape of what it is given. */
export type LayerCase = readonly [layer: Layer, shape: Shape];
