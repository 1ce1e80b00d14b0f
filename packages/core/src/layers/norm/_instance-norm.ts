import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape } from '../../ir/shape.ts';
import { groupNorm } from '../../ops/composite/group-norm.ts';
import { knownAs } from '../../ops/composite/known-as.ts';
import { add } from '../../ops/elementwise/add.ts';
import { div } from '../../ops/elementwise/div.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sqrt } from '../../ops/elementwise/sqrt.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { expectCount, expectFlag, expectNumber, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import type { Layer } from '../layer.ts';
import { channelParameters, countOn, expectChannels, moments, perChannel } from './_channels.ts';

export interface InstanceNormOptions {
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
  /** Share of the batch in the new running statistics, default 0.1. */
  readonly momentum?: number;
  /** Whether each channel has a weight and a bias, default false. */
  readonly affine?: boolean;
  /** Whether running statistics are kept, which evaluation then uses, default false: evaluation uses those of each sample, too. */
  readonly trackRunningStats?: boolean;
}

/** Each channel of each sample by its own mean and variance, over the axes behind the channels, of which there are as many as `spatial` says. */
export function instanceNorm(
  name: string,
  channels: number,
  options: InstanceNormOptions,
  spatial: readonly number[],
): Layer {
  expectCount(name, 'channels', channels);
  expectOptions(name, options, ['eps', 'momentum', 'affine', 'trackRunningStats']);
  const { eps = 1e-5, momentum = 0.1, affine = false, trackRunningStats = false } = options;
  expectNumber(`${name}.eps`, eps, { least: 0 });
  expectNumber(`${name}.momentum`, momentum, { least: 0, most: 1 });
  expectFlag(`${name}.affine`, affine);
  expectFlag(`${name}.trackRunningStats`, trackRunningStats);
  return {
    label: `${name}(${channels})`,
    parameters: channelParameters(channels, { affine, tracked: trackRunningStats }),
    apply(x, { parameter, assign, training }) {
      expectFloat(x);
      expectChannels(x, { name, channels, spatial });
      if (!training && trackRunningStats) {
        const [average, variance] = [parameter('running_mean'), parameter('running_var')];
        const [weight, bias] = affine ? [parameter('weight'), parameter('bias')] : [];
        const y = div(sub(x, perChannel(average, x)), perChannel(sqrt(add(variance, eps)), x));
        const scaled = weight === undefined ? y : mul(y, perChannel(weight, x));
        const shifted = bias === undefined ? scaled : add(scaled, perChannel(bias, x));
        return knownAs(shifted, { call: 'batchNorm', eps }, { x, mean: average, variance, weight, bias });
      }
      const axes = x.type.shape.flatMap((_, axis) => (axis < 2 ? [] : [axis]));
      const count = countOn(x.type.shape, axes);
      if (count === 1) throw noVariance(x);
      if (trackRunningStats) {
        const { average, variance } = moments(x, axes);
        const blend = (running: string, value: Node): Node =>
          add(mul(parameter(running), 1 - momentum), mul(mean(value, { axes: [0, ...axes] }), momentum));
        assign('running_mean', blend('running_mean', average));
        assign('running_var', blend('running_var', mul(variance, count / (count - 1))));
      }
      return groupNorm(x, {
        groups: channels,
        eps,
        ...(affine && { weight: parameter('weight'), bias: parameter('bias') }),
      });
    },
  };
}

function noVariance(x: Node): ShapeError {
  return new ShapeError('one value has no variance', {
    received: formatShape(x.type.shape),
    expected: 'more than one value in each channel of a sample',
    fix: 'put this layer where the samples are larger, or take layerNorm or groupNorm, which join channels',
  });
}
