import { expectCount, expectNumber, expectOptions } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

export interface LinearRampOptions {
  readonly lr: number;
  /** Steps from the first factor to the last. */
  readonly steps: number;
  /** What `lr` is multiplied by in the first step, default 1/3. */
  readonly startFactor?: number;
  /** What `lr` is multiplied by after `steps` steps and from then on, default 1. */
  readonly endFactor?: number;
}

/** A straight line from `lr · startFactor` to `lr · endFactor`, PyTorch's `LinearLR`; `linear` is a layer. */
export function linearRamp(options: LinearRampOptions): ScheduleFunction {
  expectOptions('linearRamp', options, ['lr', 'steps', 'startFactor', 'endFactor']);
  const { lr, steps, startFactor = 1 / 3, endFactor = 1 } = options;
  expectNumber('linearRamp.lr', lr, { least: 0 });
  expectCount('linearRamp', 'steps', steps);
  expectNumber('linearRamp.startFactor', startFactor, { least: 0 });
  expectNumber('linearRamp.endFactor', endFactor, { least: 0 });
  return (step) => lr * (startFactor + (endFactor - startFactor) * Math.min(1, (step - 1) / steps));
}
