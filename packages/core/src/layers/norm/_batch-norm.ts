import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape } from '../../ir/shape.ts';
import { knownAs } from '../../ops/composite/known-as.ts';
import { add } from '../../ops/elementwise/add.ts';
import { div } from '../../ops/elementwise/div.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sqrt } from '../../ops/elementwise/sqrt.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectCount, expectFlag, expectNumber, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import { zerosInit } from '../init/initializers.ts';
import type { Layer, LayerContext } from '../layer.ts';
import { channelParameters, countOn, expectChannels, moments, perChannel } from './_channels.ts';

export interface BatchNormOptions {
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
  /** Share of the batch in the new running statistics, default 0.1; null makes them the mean of all batches so far, each of the same weight. */
  readonly momentum?: number | null;
  /** Whether each channel has a weight and a bias, default true. */
  readonly affine?: boolean;
  /** Whether running statistics are kept, which evaluation uses, default true. Without them evaluation uses those of its batch, too. */
  readonly trackRunningStats?: boolean;
}

/** Batch normalization over the batch and the axes behind the channels, of which there are as many as `spatial` says. */
export function batchNorm(
  name: string,
  channels: number,
  options: BatchNormOptions,
  spatial: readonly number[],
): Layer {
  expectCount(name, 'channels', channels);
  expectOptions(name, options, ['eps', 'momentum', 'affine', 'trackRunningStats']);
  const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true } = options;
  expectNumber(`${name}.eps`, eps, { least: 0 });
  if (momentum !== null) expectNumber(`${name}.momentum`, momentum, { least: 0, most: 1 });
  expectFlag(`${name}.affine`, affine);
  expectFlag(`${name}.trackRunningStats`, trackRunningStats);
  return {
    label: `${name}(${channels})`,
    parameters: [
      ...channelParameters(channels, { affine, tracked: trackRunningStats }),
      ...(momentum === null && trackRunningStats ? [COUNTER] : []),
    ],
    apply(x, { parameter, assign, training }) {
      expectFloat(x);
      expectChannels(x, { name, channels, spatial });
      const normalized = (centered: Node, variance: Node): Node => {
        const deviation = sqrt(add(variance, eps));
        if (!affine) return div(centered, perChannel(deviation, x));
        const scale = div(parameter('weight'), deviation);
        return add(mul(centered, perChannel(scale, x)), perChannel(parameter('bias'), x));
      };
      if (!training && trackRunningStats) {
        const [mean, variance] = [parameter('running_mean'), parameter('running_var')];
        const [weight, bias] = affine ? [parameter('weight'), parameter('bias')] : [];
        const y = normalized(sub(x, perChannel(mean, x)), variance);
        return knownAs(y, { call: 'batchNorm', eps }, { x, mean, variance, weight, bias });
      }
      const axes = x.type.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
      const count = countOn(x.type.shape, axes);
      if (count === 1) throw noVariance(x);
      const { average, centered, variance } = moments(x, axes);
      const batchVariance = reshape(variance, [channels]);
      if (training && trackRunningStats) {
        const share = momentum ?? shareOfNext(parameter(COUNTER.name), assign);
        const kept = typeof share === 'number' ? 1 - share : sub(1, share);
        const blend = (running: string, value: Node): Node => add(mul(parameter(running), kept), mul(value, share));
        assign('running_mean', blend('running_mean', reshape(average, [channels])));
        assign('running_var', blend('running_var', mul(batchVariance, count / (count - 1))));
      }
      return normalized(centered, batchVariance);
    },
  };
}

/** How many batches were seen; only a mean of all batches needs it. */
const COUNTER = { name: 'num_batches_tracked', shape: [], init: zerosInit, trainable: false } as const;

/** The share of the next batch in the mean of all, which is then one more. */
function shareOfNext(seen: Node, assign: LayerContext['assign']): Node {
  const count = add(seen, 1);
  assign(COUNTER.name, count);
  return div(1, count);
}

/** One value has no variance; the running statistics, which evaluation uses, take any number. */
function noVariance(x: Node): ShapeError {
  return new ShapeError(`a batch of one ${x.type.shape.length === 2 ? 'sample' : 'pixel'} has no variance`, {
    received: formatShape(x.type.shape),
    expected: 'more than one value per channel where the statistics are those of the batch',
    fix: 'use larger batches, or dropLast: true in the loader, which leaves out the last batch where it is smaller',
  });
}
