import { expectNumber, expectOptions } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

export interface CosineOptions {
  /** The largest rate, at the start or at the end of the warm-up. */
  readonly lr: number;
  /** Length of the whole schedule in steps; afterwards the rate stays at `min`. */
  readonly steps: number;
  /** Rate at the end, default 0. */
  readonly min?: number;
  /** Steps of linear growth from 0 to `lr` at the start, default 0. */
  readonly warmup?: number;
}

/** Half a cosine from `lr` down to `min` (Loshchilov & Hutter 2017, without restarts), after an optional linear warm-up. */
export function cosine(options: CosineOptions): ScheduleFunction {
  expectOptions('cosine', options, ['lr', 'steps', 'min', 'warmup']);
  const { lr, steps, min = 0, warmup = 0 } = options;
  expectNumber('cosine.lr', lr, { least: 0 });
  expectNumber('cosine.steps', steps, { least: 1 });
  expectNumber('cosine.min', min, { least: 0 });
  expectNumber('cosine.warmup', warmup, { least: 0 });
  return (step) => {
    if (step <= warmup) return (lr * step) / warmup;
    const progress = Math.min(1, (step - 1 - warmup) / Math.max(1, steps - warmup));
    return min + ((lr - min) * (1 + Math.cos(Math.PI * progress))) / 2;
  };
}
