import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, numel } from '../../ir/shape.ts';
import { add } from '../../ops/elementwise/add.ts';
import { div } from '../../ops/elementwise/div.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sqrt } from '../../ops/elementwise/sqrt.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectCount, expectNumber, expectOptions } from '../../options.ts';
import { channelsLastAdvice, expectFloat } from '../_check.ts';
import { constantInit, zerosInit } from '../init/initializers.ts';
import type { Layer } from '../layer.ts';

export interface BatchNormOptions {
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
  /** Share of the batch in the new running statistics, default 0.1. */
  readonly momentum?: number;
}

/**
 * Batch normalization over batch, height and width (Ioffe & Szegedy 2015): `[batch, c, h, w] → [batch, c, h, w]`. In training it uses the
 * batch's own statistics and updates the running ones, as PyTorch's `BatchNorm2d` (which keeps the unbiased variance); otherwise it uses
 * the running ones. Parameters: `weight`, `bias`, and not trainable `running_mean`, `running_var`, all `[c]`.
 */
export function batchNorm2d(channels: number, options: BatchNormOptions = {}): Layer {
  expectCount('batchNorm2d', 'channels', channels);
  expectOptions('batchNorm2d', options, ['eps', 'momentum']);
  const { eps = 1e-5, momentum = 0.1 } = options;
  expectNumber('batchNorm2d.eps', eps, { least: 0 });
  expectNumber('batchNorm2d.momentum', momentum, { least: 0, most: 1 });
  const ones = constantInit(1);
  const shape = [channels];
  return {
    label: `batchNorm2d(${channels})`,
    parameters: [
      { name: 'weight', shape, init: ones },
      { name: 'bias', shape, init: zerosInit },
      { name: 'running_mean', shape, init: zerosInit, trainable: false },
      { name: 'running_var', shape, init: ones, trainable: false },
    ],
    apply(x, { parameter, assign, training }) {
      expectFloat(x);
      expectChannels(x, channels);
      if (training) expectVariance(x, channels);
      const perChannel = (n: Node): Node => reshape(n, [channels, 1, 1]);
      const affine = (centered: Node, variance: Node): Node => {
        const scale = div(parameter('weight'), sqrt(add(variance, eps)));
        return add(mul(centered, perChannel(scale)), perChannel(parameter('bias')));
      };
      if (!training) return affine(sub(x, perChannel(parameter('running_mean'))), parameter('running_var'));

      const over = { axes: [0, 2, 3] };
      const batchMean = mean(x, over);
      const centered = sub(x, perChannel(batchMean));
      const variance = mean(mul(centered, centered), over);
      const count = numel(x.type.shape) / channels;
      const blend = (running: string, value: Node): Node =>
        add(mul(parameter(running), 1 - momentum), mul(value, momentum));
      assign('running_mean', blend('running_mean', batchMean));
      assign('running_var', blend('running_var', mul(variance, count / (count - 1))));
      return affine(centered, variance);
    },
  };
}

function expectChannels(x: Node, channels: number): void {
  const { shape } = x.type;
  if (shape.length !== 4 || shape[1] !== channels) {
    throw new ShapeError('the images do not have the channels of the layer', {
      received: formatShape(shape),
      expected: `[batch, ${channels}, height, width]`,
      fix:
        channelsLastAdvice(shape, channels) ??
        (shape.length === 4 ? `use batchNorm2d(${shape[1]})` : 'put this layer in front of flatten()'),
    });
  }
}

/** One value has no variance; the running statistics, which evaluation uses, take any number. */
function expectVariance({ type: { shape } }: Node, channels: number): void {
  if (numel(shape) !== channels) return;
  throw new ShapeError('a batch of one pixel has no variance', {
    received: formatShape(shape),
    expected: 'more than one value per channel in training',
    fix: 'use larger batches, or dropLast: true in the loader, which leaves out the last batch where it is smaller',
  });
}
