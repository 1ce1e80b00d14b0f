import { expectFlag, expectNumber } from '../options.ts';
import type { Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { scaleByAdam } from './scale-by-adam.ts';
import { type Betas, expectBetas, type Settings, settingsOf } from './settings.ts';
import type { GradientTransform } from './transform.ts';

export interface AdamOptions extends GroupOptions {
  /** Default 0.001. */
  readonly lr?: Schedule;
  /** Decay rates of the first and second moment, default `[0.9, 0.999]`. The first may be a schedule. */
  readonly betas?: Betas;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default 0. */
  readonly weightDecay?: number;
  /** Divide by the largest second moment so far (Reddi et al. 2018), default false. */
  readonly amsgrad?: boolean;
}

/** Adam with PyTorch's defaults; `weightDecay` is an L2 penalty on the gradient. */
export function adam(options: AdamOptions = {}): Optimizer {
  const { optimizer, decayed, moments } = resolve('adam', options, 0);
  return optimizer(decayed, moments);
}

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019), default 0.01 as in PyTorch. */
export function adamW(options: AdamOptions = {}): Optimizer {
  const { optimizer, decayed, moments } = resolve('adamW', options, 0.01);
  return optimizer(moments, decayed);
}

function resolve(
  name: string,
  options: AdamOptions,
  weightDecay: number,
): Settings & { readonly moments: GradientTransform } {
  const settings = settingsOf(name, options, { lr: 1e-3, weightDecay }, ['betas', 'eps', 'amsgrad']);
  const { betas = [0.9, 0.999], eps = 1e-8, amsgrad = false } = options;
  expectBetas(`${name}.betas`, betas, { isScheduled: true });
  expectNumber(`${name}.eps`, eps, { least: 0 });
  expectFlag(`${name}.amsgrad`, amsgrad);
  return { ...settings, moments: scaleByAdam({ beta1: betas[0], beta2: betas[1], eps, amsgrad }) };
}
