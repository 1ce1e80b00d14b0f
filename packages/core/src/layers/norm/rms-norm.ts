import { rmsNorm as rmsNormOf } from '../../ops/composite/rms-norm.ts';
import { expectFlag, expectNumber, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import { constantInit } from '../init/initializers.ts';
import type { SizedLayer } from '../layer.ts';
import type { LastOf } from '../sizes.ts';
import { expectLastAxes, lastAxes } from './_last-axes.ts';

export interface RmsNormOptions {
  /** Added to the mean of the squares, default 2⁻²³, as PyTorch's for float32. */
  readonly eps?: number;
  /** Whether each element has a weight, default true. */
  readonly elementwiseAffine?: boolean;
}

/**
 * The last axes through the root of the mean of their squares (Zhang & Sennrich 2019), as PyTorch's `RMSNorm`: `[…, ...normalizedShape] →
 * […, ...normalizedShape]`; a number is one axis. Parameter: `weight` of `normalizedShape`.
 * @throws ShapeError when the input does not end in `normalizedShape`.
 */
export function rmsNorm<const S extends number | readonly number[]>(
  normalizedShape: S,
  options: RmsNormOptions = {},
): SizedLayer<`…, ${LastOf<S>} → …`> {
  const shape = lastAxes('rmsNorm', normalizedShape);
  expectOptions('rmsNorm', options, ['eps', 'elementwiseAffine']);
  const { eps = 2 ** -23, elementwiseAffine = true } = options;
  expectNumber('rmsNorm.eps', eps, { least: 0 });
  expectFlag('rmsNorm.elementwiseAffine', elementwiseAffine);
  return {
    label: `rmsNorm(${shape.join(', ')})`,
    parameters: elementwiseAffine ? [{ name: 'weight', shape, init: constantInit(1) }] : [],
    apply(x, { parameter }) {
      expectFloat(x);
      expectLastAxes('rmsNorm', x, shape);
      return rmsNormOf(x, { axis: -shape.length, eps, ...(elementwiseAffine && { weight: parameter('weight') }) });
    },
  };
}
