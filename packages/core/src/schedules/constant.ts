import { expectCount, expectNumber, expectOptions } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

export interface ConstantOptions {
  readonly lr: number;
  /** What `lr` is multiplied by at first, default 1. */
  readonly factor?: number;
  /** For so many steps; `lr` itself follows. Default 0. */
  readonly steps?: number;
}

/** `lr · factor` for `steps` steps and then `lr`, PyTorch's `ConstantLR` (whose defaults are a factor of 1/3 and 5 steps). */
export function constant(options: ConstantOptions): ScheduleFunction {
  expectOptions('constant', options, ['lr', 'factor', 'steps']);
  const { lr, factor = 1, steps = 0 } = options;
  expectNumber('constant.lr', lr, { least: 0 });
  expectNumber('constant.factor', factor, { least: 0 });
  expectCount('constant', 'steps', steps, 0);
  return (step) => (step <= steps ? lr * factor : lr);
}
