import { DYNAMIC, type Shape } from '@descent/core/backend';
import type { AvgPool2dGradAttrs, Conv2dFilterGradAttrs, Pool2dAttrs } from '@descent/core/ops';
import type { Dialect } from './lowerings/context.ts';
import type { FilterGradStrategy } from './lowerings/conv/conv2d-filter-grad.ts';
import { tiles } from './lowerings/conv/geometry.ts';
import type { MaxPoolGradStrategy } from './lowerings/conv/max-pool2d-grad.ts';
import type { AvgPoolGradStrategy } from './lowerings/conv/pool2d.ts';

/** Picks the way to compute each op that has several, by what it costs for the shapes at hand. */
export interface Strategies {
  /** For images of shape `x` and a weight of shape `w`. */
  conv2dFilterGrad(x: Shape, w: Shape, attrs: Conv2dFilterGradAttrs): FilterGradStrategy;
  /** For images of shape `x`. */
  maxPool2dGrad(x: Shape, attrs: Pool2dAttrs, dialect: Dialect): MaxPoolGradStrategy;
  avgPool2dGrad(attrs: AvgPool2dGradAttrs): AvgPoolGradStrategy;
}

/** Measured on onnxruntime-node 1.30, CPU with AVX-512. */
export const costRules: Strategies = {
  conv2dFilterGrad([batch], [filters = 0, perGroup = 0], { groups }) {
    if (groups > 1 || batch === DYNAMIC) return 'swapped';
    return filters >= 32 && perGroup >= 16 ? 'columns' : 'grouped';
  },

  maxPool2dGrad(_, attrs, dialect) {
    if (tiles(attrs, attrs.kernel)) return 'firstMax';
    return dialect === 'cpu' ? 'indices' : 'taps';
  },

  avgPool2dGrad: (attrs) => (tiles(attrs, attrs.kernel) ? 'upsampled' : 'transposed'),
};
