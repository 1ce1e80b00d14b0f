import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, numel } from '../../ir/shape.ts';
import { add } from '../../ops/elementwise/add.ts';
import { matmul } from '../../ops/linalg/matmul.ts';
import { expectCount, expectFlag, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import { expectInitializers, type Initializer, kaimingUniform, uniformInit } from '../init/initializers.ts';
import type { SizedLayer } from '../layer.ts';
import type { Features } from '../sizes.ts';

export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean;
  /** Default: PyTorch's, uniform on ±1/√in. */
  readonly weightInit?: Initializer;
  /** Default: PyTorch's, uniform on ±1/√in. */
  readonly biasInit?: Initializer;
}

/**
 * Fully connected layer, `y = x·Wᵀ + b`: `[…, in] → […, out]`. Parameters: `weight` `[out, in]`, `bias` `[out]`.
 * @throws ShapeError when the last axis of the input is not `inFeatures`.
 */
export function linear<const In extends number, const Out extends number>(
  inFeatures: In,
  outFeatures: Out,
  options: LinearOptions = {},
): SizedLayer<Features<In, Out>> {
  expectCount('linear', 'inFeatures', inFeatures);
  expectCount('linear', 'outFeatures', outFeatures);
  expectOptions('linear', options, ['bias', 'weightInit', 'biasInit']);
  const { bias = true, weightInit = kaimingUniform({ a: Math.sqrt(5) }), biasInit = biasBound(inFeatures) } = options;
  expectFlag('linear.bias', bias);
  expectInitializers('linear', { weightInit, biasInit });
  const weight = { name: 'weight', shape: [outFeatures, inFeatures], init: weightInit };
  return {
    label: `linear(${inFeatures} → ${outFeatures})`,
    parameters: bias ? [weight, { name: 'bias', shape: [outFeatures], init: biasInit }] : [weight],
    apply(x, { parameter }) {
      expectFloat(x);
      expectFeatures(x, inFeatures, outFeatures);
      const y = matmul(x, parameter('weight'), { transposeB: true });
      return bias ? add(y, parameter('bias')) : y;
    },
  };
}

/** PyTorch's default for biases: uniform on ±1/√fanIn. */
export function biasBound(fanIn: number): Initializer {
  const bound = 1 / Math.sqrt(fanIn);
  return uniformInit({ low: -bound, high: bound });
}

function expectFeatures(x: Node, inFeatures: number, outFeatures: number): void {
  const { shape } = x.type;
  if (shape.length >= 2 && shape.at(-1) === inFeatures) return;
  const perSample = shape.slice(1);
  const features = numel(perSample);
  const product = `${perSample.join(' × ')}${perSample.length > 1 ? ` = ${features}` : ''}`;
  const fix =
    shape.length < 2
      ? 'give the input a batch axis in front'
      : features === inFeatures
        ? 'put flatten() in front of this layer'
        : shape.length > 2
          ? `each sample holds ${product} numbers, not ${inFeatures}: use flatten() and linear(${features}, ${outFeatures}), or bring the samples to ${inFeatures} numbers first`
          : `use linear(${features}, ${outFeatures}), or check the layer in front of this one`;
  throw new ShapeError('the input does not fit the weight', {
    received: `${formatShape(shape)} (batch first)`,
    expected: `[batch, ${inFeatures}]`,
    fix,
  });
}
