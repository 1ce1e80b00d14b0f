// Convolutions of images whose channels lie in blocks: see docs/decisions/024.
import { isDynamic, numel, type Shape } from '@descent/core/backend';
import { canFlip } from './lowerings/conv/conv2d-input-grad.ts';
import type { GraphBuilder, Rewriter } from './model/builder.ts';
import { reshape, transpose } from './model/ops.ts';
import type { Value } from './model/value.ts';
import { costRules, type Strategies } from './strategies.ts';

/** The operators that ONNX Runtime makes of convolutions with constant filters, which those of training are not. */
const DOMAIN = 'com.microsoft.nchwc';

/** Fewer places in all results are not worth it that the filters are brought into another order. */
const LEAST_PLACES = 256;

/** Convolutions with `block` channels beside each other, where they are faster so. */
export function blockedConvolutions(block: number): Rewriter {
  return (b, type, [x, w, bias], result, attributes) => {
    if (type !== 'Conv' || !isFor(block, w?.shape ?? [], result.shape) || 'group' in attributes) return null;
    const operands = [b.add(`${DOMAIN}.ReorderInput`, [x as Value], x as Value), inBlocks(b, w as Value, block)];
    const y = b.add(`${DOMAIN}.Conv`, bias == null ? operands : [...operands, bias], result, attributes);
    return b.add(`${DOMAIN}.ReorderOutput`, [y], result, { channels: result.shape[1] as number });
  };
}

/** Whether a convolution with filters of shape `w` and a result of shape `y` is faster in blocks. Products of single pixels need no windows to begin with. */
function isFor(block: number, [filters = 0, channels = 0, height = 0, width = 0]: Shape, y: Shape): boolean {
  const [batch = 0, , ...places] = y;
  const isWhole = (count: number): boolean => count > 0 && count % block === 0;
  const fits = places.length === 2 && isWhole(filters) && isWhole(channels) && height * width > 1;
  return fits && !isDynamic(y) && batch * numel(places) >= LEAST_PLACES;
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
      const isBlocked = attrs.groups === 1 && isFor(block, [perGroup, filters, ...kernel], result);
      return isBlocked && canFlip(attrs, kernel) ? 'flipped' : costRules.conv2dInputGrad(w, attrs, dy, target);
    },
  };
}
