import { type Node, node, rankOf } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { normalizeAxis } from '../../ir/shape.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { add } from '../elementwise/add.ts';
import { mul } from '../elementwise/mul.ts';
import { type Affine, affineInputs, axesFrom, lastAxesType } from './_affine.ts';
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
  infer: (inputs, { axis }) => lastAxesType('layerNorm', inputs, axis),
  decompose([x, weight, bias], { axis, eps }) {
    const y = standardize(x as Node, { axes: axesFrom(axis, x as Node), eps });
    const scaled = weight === undefined ? y : mul(y, weight);
    return bias === undefined ? scaled : add(scaled, bias);
  },
};

export interface LayerNormOpOptions extends Affine {
  /** The first of the axes that are normalized together, default the last. */
  readonly axis?: number;
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
}

/**
 * Layer normalization (Ba, Kiros & Hinton 2016) over `axis` and all axes behind it: `(x − mean) / √(variance + eps) · weight + bias`, with weight and
 * bias of the shape of those axes, if any.
 */
export function layerNorm(x: Node, options: LayerNormOpOptions = {}): Node {
  expectOptions('layerNorm', options, ['axis', 'weight', 'bias', 'eps']);
  const { axis = -1, eps = 1e-5 } = options;
  expectNumber('layerNorm.eps', eps, { least: 0 });
  const attrs = { axis: normalizeAxis('layerNorm', axis, rankOf('layerNorm', x)), eps };
  return node(layerNormOp, affineInputs('layerNorm', x, options), attrs);
}
