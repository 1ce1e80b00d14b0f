import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { draw } from '../ops/leaf/draw.ts';
import { expectNoOptions, expectNumber, expectOptions } from '../options.ts';
import { chain } from './chain.ts';
import { expectOptimizer } from './expect.ts';
import type { Optimizer } from './optimizer.ts';
import { type GradientTransform, perParameter } from './transform.ts';

export interface NoiseOptions {
  /** The variance of the first update; the paper has 0.01, 0.3 and 1. */
  readonly eta: number;
  /** How fast it falls: the variance of update t is `eta / t^gamma`. Default 0.55. */
  readonly gamma?: number;
}

/**
 * Adds normal noise that gets smaller to the gradients that `inner` sees (Neelakantan et al. 2015); a number alone is its `eta`. It follows from the trainer's seed and the
 * step, so that one seed gives one curve. The noise of all parameters is fed in each step.
 */
export function noisy(noise: number | NoiseOptions, inner: Optimizer, ...more: []): Optimizer {
  expectNoOptions('noisy', more);
  const options = typeof noise === 'number' ? { eta: noise } : noise;
  expectOptions('noisy', options, ['eta', 'gamma']);
  const { eta, gamma = 0.55 }: NoiseOptions = options;
  expectNumber('noisy.eta', eta, { least: 0 });
  expectNumber('noisy.gamma', gamma, { least: 0 });
  expectOptimizer('noisy: the optimizer', inner);
  return { ...inner, label: `noisy(${eta}, ${inner.label})`, transform: chain(withNoise(eta, gamma), inner.transform) };
}

function withNoise(eta: number, gamma: number): GradientTransform {
  return perParameter(
    (g, { name, scalar }) => {
      const normal = draw(`gradientNoise/${name}`, { kind: 'normal', mean: 0, std: 1 }, g.type.shape);
      return { direction: add(g, mul(normal, scalar('deviation'))) };
    },
    { propagates: true, scalars: (update) => ({ deviation: Math.sqrt(eta / update ** gamma) }) },
  );
}
