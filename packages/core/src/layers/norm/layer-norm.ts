import { layerNorm as layerNormOf } from '../../ops/composite/layer-norm.ts';
import { expectFlag, expectNumber, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import { constantInit, zerosInit } from '../init/initializers.ts';
import type { SizedLayer } from '../layer.ts';
import type { LastOf } from '../sizes.ts';
import { expectLastAxes, lastAxes } from './_last-axes.ts';

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
export function layerNorm<const S extends number | readonly number[]>(
  normalizedShape: S,
  options: LayerNormOptions = {},
): SizedLayer<`…, ${LastOf<S>} → …`> {
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
