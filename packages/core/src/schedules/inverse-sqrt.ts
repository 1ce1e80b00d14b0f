import { expectCount, expectNumber, expectOptions } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

export interface InverseSqrtOptions {
  /** The largest rate, at the end of the warm-up. */
  readonly lr: number;
  /** Steps of linear growth from 0 to `lr`. */
  readonly warmup: number;
}

/**
 * Grows to `lr` in a straight line and then falls as `lr · √(warmup / step)` (Vaswani et al. 2017, called Noam's). The paper's rate,
 * `d^−½ · min(step^−½, step · warmup^−1½)`, is that of `lr: (d * warmup) ** -0.5`.
 */
export function inverseSqrt(options: InverseSqrtOptions): ScheduleFunction {
  expectOptions('inverseSqrt', options, ['lr', 'warmup']);
  const { lr, warmup } = options;
  expectNumber('inverseSqrt.lr', lr, { least: 0 });
  expectCount('inverseSqrt', 'warmup', warmup);
  return (step) => lr * Math.min(step / warmup, Math.sqrt(warmup / step));
}
