import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, type Shape, sameShape } from '../../ir/shape.ts';
import { layerNorm as layerNormOf } from '../../ops/composite/layer-norm.ts';
import { expectCount, expectFlag, expectNumber, expectOptions, notWhatWasWanted } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import { constantInit, zerosInit } from '../init/initializers.ts';
import type { Layer } from '../layer.ts';

export interface LayerNormOptions {
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
  /** Whether each element has a weight and a bias, default true. */
  readonly elementwiseAffine?: boolean;
  /** Whether there is a bias beside the weight, default true. */
  readonly bias?: boolean;
}

/**
 * Layer normalization (Ba, Kiros & Hinton 2016) over the last axes, as PyTorch's `LayerNorm`: `[…, ...normalizedShape] → […, ...normalizedShape]`;
 * a number is one axis. The same in training and evaluation. Parameters: `weight` and `bias` of `normalizedShape`.
 * @throws ShapeError when the input does not end in `normalizedShape`.
 */
export function layerNorm(normalizedShape: number | readonly number[], options: LayerNormOptions = {}): Layer {
  const shape = lastAxes('layerNorm', normalizedShape);
  expectOptions('layerNorm', options, ['eps', 'elementwiseAffine', 'bias']);
  const { eps = 1e-5, elementwiseAffine = true, bias = true } = options;
  expectNumber('layerNorm.eps', eps, { least: 0 });
  expectFlag('layerNorm.elementwiseAffine', elementwiseAffine);
  expectFlag('layerNorm.bias', bias);
  const weights = [{ name: 'weight', shape, init: constantInit(1) }];
  const biases = bias ? [{ name: 'bias', shape, init: zerosInit }] : [];
  return {
    label: `layerNorm(${shape.join(', ')})`,
    parameters: elementwiseAffine ? [...weights, ...biases] : [],
    apply(x, { parameter }) {
      expectFloat(x);
      expectLastAxes('layerNorm', x, shape);
      return layerNormOf(x, {
        axis: -shape.length,
        eps,
        ...(elementwiseAffine && { weight: parameter('weight') }),
        ...(elementwiseAffine && bias && { bias: parameter('bias') }),
      });
    },
  };
}

/** `[768]` for 768; a list as it is. Throws a `ValueError` unless all sizes are counts. */
export function lastAxes(layer: string, normalizedShape: number | readonly number[]): Shape {
  const shape: readonly number[] = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  if (!Array.isArray(shape) || shape.length === 0) {
    throw notWhatWasWanted(`${layer}.normalizedShape`, normalizedShape, {
      what: 'the sizes of the last axes',
      example: `${layer}(768) or ${layer}([16, 32])`,
    });
  }
  for (const size of shape) expectCount(layer, 'normalizedShape', size);
  return [...shape];
}

/** Throws a `ShapeError` unless the last axes of `x`, without the batch, are `shape`. */
export function expectLastAxes(layer: string, x: Node, shape: Shape): void {
  const received = x.type.shape;
  if (received.length > shape.length && sameShape(received.slice(-shape.length), shape)) return;
  const last = received.slice(-shape.length);
  const fits = received.length > shape.length && last.every((size) => size > 0);
  throw new ShapeError('the last axes of the input are not those that the layer normalizes', {
    received: formatShape(received),
    expected: `[batch, …, ${shape.join(', ')}]`,
    fix: fits
      ? `use ${layer}(${last.length === 1 ? last[0] : `[${last.join(', ')}]`})`
      : 'give the input a batch axis in front of the axes that are normalized',
  });
}
