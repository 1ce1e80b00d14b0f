import { ValueError } from '../errors.ts';
import { describeValue, expectNumber, expectOptions } from '../options.ts';
import { expectRate, type Schedule } from '../schedules/rate.ts';
import { chain } from './chain.ts';
import { decayOf, expectGroups, GROUP_OPTIONS, type GroupOptions, type ParameterGroup } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { scaleByAdam } from './scale-by-adam.ts';
import type { GradientTransform } from './transform.ts';
import { addDecayedWeights } from './weight-decay.ts';

export interface AdamOptions extends GroupOptions {
  /** Default 0.001. */
  readonly lr?: Schedule;
  /** Decay rates of the first and second moment, default `[0.9, 0.999]`. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default 0. */
  readonly weightDecay?: number;
}

/** Adam with PyTorch's defaults; `weightDecay` is an L2 penalty on the gradient. */
export function adam(options: AdamOptions = {}): Optimizer {
  const { moments, decayed, ...rest } = resolve('adam', options, 0);
  return { label: 'adam', ...rest, transform: chain(decayed, moments) };
}

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019), default 0.01 as in PyTorch. */
export function adamW(options: AdamOptions = {}): Optimizer {
  const { moments, decayed, ...rest } = resolve('adamW', options, 0.01);
  return { label: 'adamW', ...rest, transform: chain(moments, decayed) };
}

interface Resolved {
  readonly lr: Schedule;
  readonly moments: GradientTransform;
  readonly decayed: GradientTransform;
  readonly groups?: readonly ParameterGroup[];
}

function resolve(name: string, options: AdamOptions, defaultDecay: number): Resolved {
  expectOptions(name, options, ['lr', 'betas', 'eps', 'weightDecay', ...GROUP_OPTIONS]);
  const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = defaultDecay } = options;
  expectRate(`${name}.lr`, lr);
  expectPair(`${name}.betas`, betas);
  const [beta1, beta2] = betas;
  expectNumber(`${name}.betas[0]`, beta1, { least: 0, below: 1 });
  expectNumber(`${name}.betas[1]`, beta2, { least: 0, below: 1 });
  expectNumber(`${name}.eps`, eps, { least: 0 });
  expectNumber(`${name}.weightDecay`, weightDecay, { least: 0 });
  expectGroups(name, options);
  return {
    lr,
    moments: scaleByAdam({ beta1, beta2, eps }),
    decayed: addDecayedWeights(decayOf(weightDecay, options)),
    ...(options.groups !== undefined && { groups: options.groups }),
  };
}

function expectPair(path: string, betas: unknown): void {
  if (Array.isArray(betas) && betas.length === 2) return;
  throw new ValueError('Adam has two decay rates', {
    path,
    received: describeValue(betas),
    expected: 'a pair such as [0.9, 0.999]',
  });
}
