import { ShapeError, ValueError } from '../../errors.ts';
import { formatShape, numel } from '../../ir/shape.ts';
import { groupNorm as groupNormOf } from '../../ops/composite/group-norm.ts';
import { expectCount, expectFlag, expectNumber, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import type { SizedLayer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { channelParameters, expectChannels } from './_channels.ts';

export interface GroupNormOptions {
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
  /** Whether each channel has a weight and a bias, default true. */
  readonly affine?: boolean;
}

/**
 * Group normalization (Wu & He 2018), as PyTorch's `GroupNorm`: the channels in `numGroups` groups, each by the mean and variance of its
 * channels and of all axes behind them: `[batch, c, …] → [batch, c, …]`. The same in training and evaluation. Parameters: `weight` and `bias` `[c]`.
 * @throws ValueError unless `numGroups` divides `channels`.
 * @throws ShapeError for a group of one value, which has no variance.
 */
export function groupNorm<const C extends number>(
  numGroups: number,
  channels: C,
  options: GroupNormOptions = {},
): SizedLayer<`${Size<C>}, … → …`> {
  expectCount('groupNorm', 'numGroups', numGroups);
  expectCount('groupNorm', 'channels', channels);
  expectOptions('groupNorm', options, ['eps', 'affine']);
  const { eps = 1e-5, affine = true } = options;
  expectNumber('groupNorm.eps', eps, { least: 0 });
  expectFlag('groupNorm.affine', affine);
  if (channels % numGroups !== 0) {
    throw new ValueError('groupNorm cannot divide the channels among the groups', {
      received: `${channels} channels, ${numGroups} groups`,
      expected: 'a number of groups that divides the channels',
      fix: `use groupNorm(${nearestDivisor(channels, numGroups)}, ${channels})`,
    });
  }
  return {
    label: `groupNorm(${numGroups}, ${channels})`,
    parameters: channelParameters(channels, { affine, tracked: false }),
    apply(x, { parameter }) {
      expectFloat(x);
      expectChannels(x, { name: 'groupNorm', channels });
      if (numel(x.type.shape.slice(1)) === numGroups) {
        throw new ShapeError('a group of one value has no variance', {
          received: `${formatShape(x.type.shape)}, ${numGroups} groups`,
          expected: 'more than one value in each group of a sample',
          fix: 'use fewer groups',
        });
      }
      return groupNormOf(x, {
        groups: numGroups,
        eps,
        ...(affine && { weight: parameter('weight'), bias: parameter('bias') }),
      });
    },
  };
}

/** The divisor of `channels` that is nearest to `groups`, which is none. */
function nearestDivisor(channels: number, groups: number): number {
  for (let away = 1; away < groups; away++) {
    for (const candidate of [groups - away, groups + away]) if (channels % candidate === 0) return candidate;
  }
  return channels;
}
