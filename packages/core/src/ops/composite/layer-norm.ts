import { ShapeError, ValueError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import { type Node, node, rankOf } from '../../ir/node.ts';
import type { CompositeOp, TensorType } from '../../ir/op.ts';
import { formatShape, normalizeAxis, sameShape } from '../../ir/shape.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { add } from '../elementwise/add.ts';
import { mul } from '../elementwise/mul.ts';
import { expectNonEmpty } from '../reduce/_extreme.ts';
import { standardize } from './standardize.ts';

export interface LayerNormAttrs {
  /** The first of the axes that are normalized together, non-negative; they are the last ones. */
  readonly axis: number;
  /** Added to the variance. */
  readonly eps: number;
}

/** Its gradient is that of its decomposition: `standardize` has the closed form. */
export const layerNormOp: CompositeOp<'layerNorm', LayerNormAttrs> = {
  kind: 'composite',
  name: 'layerNorm',
  infer([x, ...affine], { axis }) {
    const type = x as TensorType;
    expectDType('layerNorm', 'a tensor', type.dtype, ['float32']);
    const normalized = type.shape.slice(normalizeAxis('layerNorm', axis, type.shape.length));
    expectNonEmpty(
      'layerNorm',
      [type],
      normalized.map((_, i) => axis + i),
    );
    for (const [i, { dtype, shape }] of affine.entries()) {
      const name = i === 0 ? 'weight' : 'bias';
      expectDType('layerNorm', name, dtype, ['float32']);
      if (sameShape(shape, normalized)) continue;
      throw new ShapeError(`layerNorm has a ${name} of another shape than the axes that it normalizes`, {
        received: `${name} ${formatShape(shape)}, x ${formatShape(type.shape)}`,
        expected: `${name} ${formatShape(normalized)}`,
      });
    }
    return type;
  },
  decompose([x, weight, bias], { axis, eps }) {
    const axes = (x as Node).type.shape.flatMap((_, i) => (i < axis ? [] : [i]));
    const y = standardize(x as Node, { axes, eps });
    const scaled = weight === undefined ? y : mul(y, weight);
    return bias === undefined ? scaled : add(scaled, bias);
  },
};

export interface LayerNormOpOptions {
  /** The first of the axes that are normalized together, default the last. */
  readonly axis?: number;
  /** Times this, of the shape of those axes. */
  readonly weight?: Node;
  /** Plus this; only beside a weight. */
  readonly bias?: Node;
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
}

/** Layer normalization (Ba, Kiros & Hinton 2016) over `axis` and all axes behind it: `(x − mean) / √(variance + eps) · weight + bias`. */
export function layerNorm(x: Node, options: LayerNormOpOptions = {}): Node {
  expectOptions('layerNorm', options, ['axis', 'weight', 'bias', 'eps']);
  const { axis = -1, weight, bias, eps = 1e-5 } = options;
  expectNumber('layerNorm.eps', eps, { least: 0 });
  if (bias !== undefined && weight === undefined) {
    throw new ValueError('layerNorm was given a bias without a weight', {
      received: 'a bias alone',
      expected: 'a weight, a weight and a bias, or neither',
      fix: 'add the bias to the result',
    });
  }
  const inputs = [x, weight, bias].filter((n) => n !== undefined);
  return node(layerNormOp, inputs, { axis: normalizeAxis('layerNorm', axis, rankOf('layerNorm', x)), eps });
}
