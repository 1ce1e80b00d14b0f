import { ShapeError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import { type Node, node, rankOf } from '../../ir/node.ts';
import type { CompositeOp, TensorType } from '../../ir/op.ts';
import { formatShape, numel } from '../../ir/shape.ts';
import { expectCount, expectNumber, expectOptions } from '../../options.ts';
import { add } from '../elementwise/add.ts';
import { mul } from '../elementwise/mul.ts';
import { reshape } from '../shape/reshape.ts';
import { type Affine, affineInputs, expectAffine } from './_affine.ts';
import { standardize } from './standardize.ts';

export interface GroupNormAttrs {
  /** Into so many groups of equal size the channels, axis 1, are divided. */
  readonly groups: number;
  /** Added to the variance. */
  readonly eps: number;
}

/** Its gradient is that of its decomposition: `standardize` has the closed form. */
export const groupNormOp: CompositeOp<'groupNorm', GroupNormAttrs> = {
  kind: 'composite',
  name: 'groupNorm',
  infer(inputs, { groups }) {
    const [x, ...affine] = inputs as readonly [TensorType, ...TensorType[]];
    expectDType('groupNorm', 'a tensor', x.dtype, ['float32']);
    const [, channels = 0, ...spatial] = x.shape;
    if (x.shape.length < 2 || channels % groups !== 0 || channels === 0 || numel(spatial) === 0) {
      throw new ShapeError('groupNorm needs channels on axis 1 that can be divided among the groups', {
        received: `${formatShape(x.shape)}, ${groups} groups`,
        expected: '[batch, channels, …], with a number of groups that divides the channels',
      });
    }
    expectAffine('groupNorm', x, affine, [channels]);
    return x;
  },
  decompose([given, weight, bias], { groups, eps }) {
    const x = given as Node;
    const [batch, channels, ...spatial] = x.type.shape as readonly [number, number, ...number[]];
    const grouped = reshape(x, [batch, groups, (channels / groups) * numel(spatial)]);
    const y = reshape(standardize(grouped, { axes: [2], eps }), x.type.shape);
    const perChannel = (n: Node): Node => reshape(n, [channels, ...spatial.map(() => 1)]);
    const scaled = weight === undefined ? y : mul(y, perChannel(weight));
    return bias === undefined ? scaled : add(scaled, perChannel(bias));
  },
};

export interface GroupNormOpOptions extends Affine {
  /** Must divide the channels. */
  readonly groups: number;
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
}

/**
 * Group normalization (Wu & He 2018) of `[batch, channels, …]`: `(x − mean) / √(variance + eps) · weight + bias`, with mean and variance of each group
 * of channels of each sample, and weight and bias `[channels]`, if any.
 */
export function groupNorm(x: Node, options: GroupNormOpOptions): Node {
  expectOptions('groupNorm', options, ['groups', 'weight', 'bias', 'eps']);
  const { groups, eps = 1e-5 } = options;
  expectCount('groupNorm', 'groups', groups);
  expectNumber('groupNorm.eps', eps, { least: 0 });
  rankOf('groupNorm', x);
  return node(groupNormOp, affineInputs('groupNorm', x, options), { groups, eps });
}
