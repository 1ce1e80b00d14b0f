import { expectAtLeast, type ScheduleFunction } from './schedule.ts';

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
export function cosine({ lr, steps, min = 0, warmup = 0 }: CosineOptions): ScheduleFunction {
  expectAtLeast('cosine.lr', lr, 0);
  expectAtLeast('cosine.steps', steps, 1);
  expectAtLeast('cosine.min', min, 0);
  expectAtLeast('cosine.warmup', warmup, 0);
  return (step) => {
    if (step <= warmup) return (lr * step) / warmup;
    const progress = Math.min(1, (step - 1 - warmup) / Math.max(1, steps - warmup));
    return min + ((lr - min) * (1 + Math.cos(Math.PI * progress))) / 2;
  };
}
