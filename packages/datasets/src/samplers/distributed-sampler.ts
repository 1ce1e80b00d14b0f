import { expectOptions, ValueError } from '@descent/core';
import { checkSwitch, expectSampler, type Sampler } from './sampler.ts';

export interface DistributedSamplerOptions {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly ranks: number;
  /** Leave the rest out instead of giving some items twice. Default false. */
  readonly dropLast?: boolean;
}

/**
 * The share of one of several processes in the order of `base`: every `ranks`-th item from number `rank` on, equally many for each. Where they do not
 * divide, items from the start come again, as in PyTorch's `DistributedSampler`; with `dropLast` the rest is left out.
 * @throws ValueError when `rank` is not one of `ranks`, or an option is unknown or wrong.
 */
export function distributedSampler(base: Sampler, options: DistributedSamplerOptions): Sampler {
  expectSampler('distributedSampler', base);
  expectOptions('distributedSampler', options, ['rank', 'ranks', 'dropLast']);
  const { rank, ranks, dropLast = false } = options;
  checkSwitch('distributedSampler', 'dropLast', dropLast);
  if (!Number.isInteger(ranks) || ranks < 1) {
    throw new ValueError('distributedSampler: ranks is a number of processes', {
      received: String(ranks),
      expected: 'a positive integer',
    });
  }
  if (!Number.isInteger(rank) || rank < 0 || rank >= ranks) {
    throw new ValueError('distributedSampler: there is no such process', {
      received: `rank ${rank} of ${ranks}`,
      expected: `a rank from 0 to ${ranks - 1}`,
    });
  }
  const length = dropLast ? Math.floor(base.length / ranks) : Math.ceil(base.length / ranks);
  return {
    length,
    indices(epoch) {
      const order = base.indices(epoch);
      const own = new Uint32Array(length);
      for (let i = 0; i < length; i++) own[i] = order[(rank + i * ranks) % order.length] as number;
      return own;
    },
  };
}
