import { chain } from './chain.ts';
import { expectInRange, expectRate, type Optimizer, type Schedule } from './optimizer.ts';
import { scaleByAdam } from './scale-by-adam.ts';
import type { Transform } from './transform.ts';
import { addDecayedWeights } from './weight-decay.ts';

export interface AdamOptions {
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
export function adam({ weightDecay = 0, ...options }: AdamOptions = {}): Optimizer {
  const { lr, moments } = resolve('adam', options, weightDecay);
  return { label: 'adam', lr, transform: chain(addDecayedWeights(weightDecay), moments) };
}

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019), default 0.01 as in PyTorch. */
export function adamW({ weightDecay = 0.01, ...options }: AdamOptions = {}): Optimizer {
  const { lr, moments } = resolve('adamW', options, weightDecay);
  return { label: 'adamW', lr, transform: chain(moments, addDecayedWeights(weightDecay)) };
}

function resolve(
  name: string,
  { lr = 1e-3, betas: [beta1, beta2] = [0.9, 0.999], eps = 1e-8 }: AdamOptions,
  weightDecay: number,
): { readonly lr: Schedule; readonly moments: Transform } {
  expectRate(`${name}.lr`, lr);
  expectInRange(`${name}.betas[0]`, beta1, 0, 1);
  expectInRange(`${name}.betas[1]`, beta2, 0, 1);
  expectInRange(`${name}.eps`, eps, 0);
  expectInRange(`${name}.weightDecay`, weightDecay, 0);
  return { lr, moments: scaleByAdam({ beta1, beta2, eps }) };
}
