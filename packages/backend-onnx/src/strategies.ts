import { DYNAMIC, type Shape } from '@descent/core/backend';
import type { AvgPool2dGradAttrs, Conv2dFilterGradAttrs, Conv2dInputGradAttrs, Pool2dAttrs } from '@descent/core/ops';
import type { Target } from './lowerings/context.ts';
import type { FilterGradStrategy } from './lowerings/conv/conv2d-filter-grad.ts';
import { canFlip, type InputGradStrategy } from './lowerings/conv/conv2d-input-grad.ts';
import { tiles } from './lowerings/conv/geometry.ts';
import type { MaxPoolGradStrategy } from './lowerings/conv/max-pool2d-grad.ts';
import type { AvgPoolGradStrategy } from './lowerings/conv/pool2d.ts';

/** Picks the way to compute each op that has several, by what it costs for the shapes at hand. */
export interface Strategies {
  /** For images of shape `x` and a weight of shape `w`. */
  conv2dFilterGrad(x: Shape, w: Shape, attrs: Conv2dFilterGradAttrs, target: Target): FilterGradStrategy;
  /** For a weight of shape `w`. */
  conv2dInputGrad(w: Shape, attrs: Conv2dInputGradAttrs, target: Target): InputGradStrategy;
  /** For images of shape `x`. */
  maxPool2dGrad(x: Shape, attrs: Pool2dAttrs, target: Target): MaxPoolGradStrategy;
  avgPool2dGrad(attrs: AvgPool2dGradAttrs, target: Target): AvgPoolGradStrategy;
}

/** Measured on onnxruntime-node 1.30, CPU with AVX-512. */
export const costRules: Strategies = {
  conv2dFilterGrad([batch], [filters = 0, perGroup = 0], { groups }) {
    if (groups > 1 || batch === DYNAMIC) return 'swapped';
    return filters >= 32 && perGroup >= 16 ? 'columns' : 'grouped';
  },

  conv2dInputGrad: (w, attrs, { threads }) => (threads > 1 && canFlip(attrs, w.slice(2)) ? 'flipped' : 'transposed'),

  maxPool2dGrad([batch], attrs, { dialect }) {
    if (!tiles(attrs, attrs.kernel)) return dialect === 'cpu' ? 'indices' : 'taps';
    return dialect === 'cpu' && batch !== DYNAMIC ? 'unpooled' : 'firstMax';
  },

  avgPool2dGrad: (attrs) => (tiles(attrs, attrs.kernel) ? 'upsampled' : 'transposed'),
};
