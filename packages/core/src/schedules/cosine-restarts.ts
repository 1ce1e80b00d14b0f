import { expectCount, expectNumber, expectOptions } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

export interface CosineRestartsOptions {
  /** The rate at the start of each period. */
  readonly lr: number;
  /** Length of the first period in steps, PyTorch's `T_0`. */
  readonly steps: number;
  /** How many times longer each period is than the one before, a whole number. Default 1. */
  readonly tMult?: number;
  /** What each period falls to, default 0. */
  readonly min?: number;
}

/** Half a cosine from `lr` to `min`, again and again (Loshchilov & Hutter 2017), PyTorch's `CosineAnnealingWarmRestarts`. */
export function cosineRestarts(options: CosineRestartsOptions): ScheduleFunction {
  expectOptions('cosineRestarts', options, ['lr', 'steps', 'tMult', 'min']);
  const { lr, steps, tMult = 1, min = 0 } = options;
  expectNumber('cosineRestarts.lr', lr, { least: 0 });
  expectCount('cosineRestarts', 'steps', steps);
  expectCount('cosineRestarts', 'tMult', tMult);
  expectNumber('cosineRestarts.min', min, { least: 0 });
  return (step) => {
    let [done, period] = [step - 1, steps];
    if (tMult === 1) done %= steps;
    else while (done >= period) [done, period] = [done - period, period * tMult];
    return min + ((lr - min) * (1 + Math.cos((Math.PI * done) / period))) / 2;
  };
}
