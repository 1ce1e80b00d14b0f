import { DYNAMIC, type Shape } from '@descent/core/backend';
import type { AvgPool2dGradAttrs, Conv2dFilterGradAttrs, Conv2dInputGradAttrs, Pool2dAttrs } from '@descent/core/ops';
import type { Target } from './lowerings/context.ts';
import type { FilterGradStrategy } from './lowerings/conv/conv2d-filter-grad.ts';
import { canFlip, type InputGradStrategy } from './lowerings/conv/conv2d-input-grad.ts';
import { tiles } from './lowerings/conv/geometry.ts';
import type { MaxPoolGradStrategy } from './lowerings/conv/max-pool2d-grad.ts';
import type { AvgPoolGradStrategy } from './lowerings/conv/pool2d.ts';
import type { ScatterAddStrategy } from './lowerings/scatter-add.ts';
import type { Rows, SumStrategy } from './lowerings/sums.ts';

/** Picks the way to compute each op that has several, by what it costs for the shapes at hand. */
export interface Strategies {
  /** For images of shape `x` and a weight of shape `w`. */
  conv2dFilterGrad(x: Shape, w: Shape, attrs: Conv2dFilterGradAttrs, target: Target): FilterGradStrategy;
  /** For a weight of shape `w` and gradients of shape `dy`. */
  conv2dInputGrad(w: Shape, attrs: Conv2dInputGradAttrs, dy: Shape, target: Target): InputGradStrategy;
  /** For images of shape `x`. */
  maxPool2dGrad(x: Shape, attrs: Pool2dAttrs, target: Target): MaxPoolGradStrategy;
  /** For gradients of shape `dy`. */
  avgPool2dGrad(dy: Shape, attrs: AvgPool2dGradAttrs, target: Target): AvgPoolGradStrategy;
  /** For so many rows that are added to a table of shape `table`, see `isTable`. */
  scatterAdd(count: number, table: Shape, target: Target): ScatterAddStrategy;
  /** For the rows of a matrix of floats, which are so few that they are added in one go. */
  sum(matrix: Rows, target: Target): SumStrategy;
}

/**
 * Measured on onnxruntime-node 1.30 (x64 with AVX-512, 1 and 2 threads). Rules, not timings at compile time, unless a user asks for these: a choice
 * changes the order of sums, and one seed must give one curve. See docs/decisions/025.
 */
export const costRules: Strategies = {
  conv2dFilterGrad([batch], [filters = 0, channels = 0, height = 0, width = 0], { groups }, { threads, dialect }) {
    if (groups > 1 || batch === DYNAMIC) return 'swapped';
    const pixels = height * width;
    if (channels * pixels <= SMALL_WINDOW) return 'columns';
    // ONNX Runtime copies on one thread, so with several, what copies least wins.
    if (threads > 1) return pixels >= LARGE_KERNEL && filters <= FEW_FILTERS ? 'grouped' : 'columns';
    // 200 images of 28², 5×5, 6 filters: 7.5 ms in rows, 5.2 grouped; 64 images and 32 filters: 3.6 and 2.5.
    if (channels === 1 && pixels >= LARGE_KERNEL && dialect === 'cpu') return 'grouped';
    // 16 images of 28² and 16 channels, 3×3: 2.3 ms in rows, 1.6 stacked; of 4² and 128: 3.8 and 1.5; of 28² and 3 (32², 16 filters): 0.75 and 1.4.
    return channels >= LEAST_CHANNELS && dialect === 'cpu' ? 'stacked' : 'rows';
  },

  conv2dInputGrad([filters = 0, perGroup = 0, height = 0, width = 0], attrs, dy, { threads }) {
    if (!canFlip(attrs, [height, width]) || perGroup < LEAST_FILTERS) return 'transposed';
    // The flipped convolution computes a product for each pixel of the image, the transposed one for each of the gradient.
    const [, , rows = 0, columns = 0] = dy;
    const more = (attrs.inputSize[0] * attrs.inputSize[1]) / (rows * columns);
    return more < 1.25 && (threads > 1 || perGroup * attrs.groups >= filters) ? 'flipped' : 'transposed';
  },

  maxPool2dGrad([batch], attrs, { dialect }) {
    if (!tiles(attrs, attrs.kernel)) return dialect === 'cpu' ? 'indices' : 'taps';
    return dialect === 'cpu' && batch !== DYNAMIC ? 'unpooled' : 'firstMax';
  },

  avgPool2dGrad: (_, attrs) => (tiles(attrs, attrs.kernel) ? 'upsampled' : 'transposed'),

  // 6,400 rows of 64 in 30,000: 5.6 ms as elements, 3.6 flat, 1.3 as rows.
  scatterAdd: (_, __, { dialect, isSequential }) => (dialect !== 'cpu' ? 'elements' : isSequential ? 'rows' : 'flat'),

  // For 64 rows of 256 ONNX Runtime's own sum takes 29 µs, and the product 4.
  sum: ({ columns }, { dialect }) => (dialect === 'cpu' && columns >= LEAST_COLUMNS ? 'multiplied' : 'reduced'),
};

/** 5×5. */
const LARGE_KERNEL = 25;
/** So few that matrix products with them are slow. */
const FEW_FILTERS = 16;
/** Windows of so few numbers cost little to copy together. */
const SMALL_WINDOW = 16;
/** With so many channels, a product for each pixel of the kernel is large enough by itself. */
const LEAST_CHANNELS = 8;
/** ONNX Runtime's convolution is slow for fewer filters. */
const LEAST_FILTERS = 8;
/** Sums of fewer columns cost as little either way. */
const LEAST_COLUMNS = 8;
