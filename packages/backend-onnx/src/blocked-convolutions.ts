// Convolutions of images whose channels lie in blocks: see docs/decisions/024.
import { isDynamic, numel, type Shape } from '@descent/core/backend';
import { canFlip } from './lowerings/conv/conv2d-input-grad.ts';
import type { GraphBuilder, Rewriter } from './model/builder.ts';
import type { Attributes } from './model/graph.ts';
import { reshape, transpose } from './model/ops.ts';
import type { Value } from './model/value.ts';
import { costRules, type Strategies } from './strategies.ts';

/** The operators that ONNX Runtime makes of convolutions with constant filters, which those of training are not. */
const DOMAIN = 'com.microsoft.nchwc';

/** Fewer places in all results are not worth it that the filters are brought into another order. */
const LEAST_PLACES = 256;

/** Decides about a convolution of which `canBlock` holds: its images, its filters and its result, and what else is said of it. */
export type TakesBlocks = (x: Shape, w: Shape, y: Shape, attributes: Attributes) => boolean;

/** Convolutions with `block` channels beside each other, where they are faster so: by the rule, or by what `takes` says. */
export function blockedConvolutions(block: number, takes: TakesBlocks = (_, w, y) => isFor(w, y)): Rewriter {
  return (b, type, [x, w, bias], result, attributes) => {
    if (type !== 'Conv' || !canBlock(block, w?.shape ?? [], result.shape) || 'group' in attributes) return null;
    if (!takes((x as Value).shape, (w as Value).shape, result.shape, attributes)) return null;
    const operands = [b.add(`${DOMAIN}.ReorderInput`, [x as Value], x as Value), inBlocks(b, w as Value, block)];
    const y = b.add(`${DOMAIN}.Conv`, bias == null ? operands : [...operands, bias], result, attributes);
    return b.add(`${DOMAIN}.ReorderOutput`, [y], result, { channels: result.shape[1] as number });
  };
}

/** Whether a convolution with filters of shape `w` and a result of shape `y` can be computed in blocks. */
function canBlock(block: number, [filters = 0, channels = 0]: Shape, y: Shape): boolean {
  const isWhole = (count: number): boolean => count > 0 && count % block === 0;
  return y.length === 4 && isWhole(filters) && isWhole(channels) && !isDynamic(y);
}

/** Whether one that can be is faster so. Products of single pixels need no windows to begin with. */
export function isFor([, , height = 0, width = 0]: Shape, [batch = 0, , ...places]: Shape): boolean {
  return height * width > 1 && batch * numel(places) >= LEAST_PLACES;
}

/** `[filters, channels, …]` as `[filters / block, channels / block, …, block, block]`, with the filters last, in its old shape. In two steps, each of which ONNX Runtime has a fast way for. */
function inBlocks(b: GraphBuilder, w: Value, block: number): Value {
  const [filters, channels, ...kernel] = w.shape as [number, number, ...number[]];
  const taps = numel(kernel);
  const filtersLast = transpose(b, reshape(b, w, [filters / block, block, channels * taps]), [0, 2, 1]);
  const pairs = (filters / block) * (channels / block);
  return reshape(b, transpose(b, reshape(b, filtersLast, [pairs, block, taps, block]), [0, 2, 1, 3]), w.shape);
}

/** The rules for such convolutions: the gradient of images is one of them where it can be. */
export function blockedStrategies(block: number): Strategies {
  return {
    ...costRules,
    conv2dInputGrad(w, attrs, dy, target) {
      const [filters = 0, perGroup = 0, ...kernel] = w;
      const result = [dy[0] as number, perGroup, ...attrs.inputSize];
      const turned = [perGroup, filters, ...kernel];
      const isBlocked = attrs.groups === 1 && canBlock(block, turned, result) && isFor(turned, result);
      return isBlocked && canFlip(attrs, kernel) ? 'flipped' : costRules.conv2dInputGrad(w, attrs, dy, target);
    },
  };
}
