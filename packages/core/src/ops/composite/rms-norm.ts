import { type Node, node, rankOf } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { normalizeAxis } from '../../ir/shape.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { mul } from '../elementwise/mul.ts';
import { affineInputs, axesFrom, lastAxesType } from './_affine.ts';
import type { LayerNormAttrs, LayerNormOpOptions } from './layer-norm.ts';
import { standardize } from './standardize.ts';

/** Its gradient is that of its decomposition: `standardize` has the closed form. */
export const rmsNormOp: CompositeOp<'rmsNorm', LayerNormAttrs> = {
  kind: 'composite',
  name: 'rmsNorm',
  infer: (inputs, { axis }) => lastAxesType('rmsNorm', inputs, axis),
  decompose([x, weight], { axis, eps }) {
    const y = standardize(x as Node, { axes: axesFrom(axis, x as Node), eps, centered: false });
    return weight === undefined ? y : mul(y, weight);
  },
};

/**
 * Root mean square normalization (Zhang & Sennrich 2019) over `axis` and all axes behind it: `x / √(mean(x²) + eps) · weight`, with a weight of the
 * shape of those axes, if any. `eps` is 2⁻²³ by default.
 */
export function rmsNorm(x: Node, options: Omit<LayerNormOpOptions, 'bias'> = {}): Node {
  expectOptions('rmsNorm', options, ['axis', 'weight', 'eps']);
  const { axis = -1, weight, eps = 2 ** -23 } = options;
  expectNumber('rmsNorm.eps', eps, { least: 0 });
  const attrs = { axis: normalizeAxis('rmsNorm', axis, rankOf('rmsNorm', x)), eps };
  return node(rmsNormOp, affineInputs('rmsNorm', x, { weight }), attrs);
}
