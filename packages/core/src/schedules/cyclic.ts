import { expectCount, expectNumber, expectOneOf, expectOptions } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

/** How the learning rate and the momentum go up and down. */
export interface CyclicCourse {
  /** Steps from the smallest rate to the largest, default 2000. */
  readonly stepsUp?: number;
  /** Steps back, default `stepsUp`. */
  readonly stepsDown?: number;
  /** `'triangular2'` halves the height with each cycle, `'expRange'` multiplies it by `gamma` in each step. Default `'triangular'`. */
  readonly mode?: 'triangular' | 'triangular2' | 'expRange';
  /** Of `'expRange'`, default 1. */
  readonly gamma?: number;
}

export interface CyclicOptions extends CyclicCourse {
  /** The smallest rate. */
  readonly baseLr: number;
  /** The largest rate, at the top of the first cycle. */
  readonly maxLr: number;
}

export interface CyclicMomentumOptions extends CyclicCourse {
  /** The momentum at the top of the first cycle, default 0.8. */
  readonly baseMomentum?: number;
  /** The momentum where the rate is smallest, default 0.9. */
  readonly maxMomentum?: number;
}

const COURSE = ['stepsUp', 'stepsDown', 'mode', 'gamma'];

/** The learning rate goes up and down in straight lines (Smith 2017), PyTorch's `CyclicLR`; `cyclicMomentum` is the momentum that goes with it. */
export function cyclic(options: CyclicOptions): ScheduleFunction {
  expectOptions('cyclic', options, ['baseLr', 'maxLr', ...COURSE]);
  const { baseLr, maxLr } = options;
  expectNumber('cyclic.baseLr', baseLr, { least: 0 });
  expectNumber('cyclic.maxLr', maxLr, { least: 0 });
  const height = heights('cyclic', options);
  return (step) => baseLr + (maxLr - baseLr) * height(step);
}

/** The momentum that goes with `cyclic`: it is smallest where the rate is largest. */
export function cyclicMomentum(options: CyclicMomentumOptions = {}): ScheduleFunction {
  expectOptions('cyclicMomentum', options, ['baseMomentum', 'maxMomentum', ...COURSE]);
  const { baseMomentum = 0.8, maxMomentum = 0.9 } = options;
  expectNumber('cyclicMomentum.baseMomentum', baseMomentum, { least: 0, below: 1 });
  expectNumber('cyclicMomentum.maxMomentum', maxMomentum, { least: 0, below: 1 });
  const height = heights('cyclicMomentum', options);
  return (step) => maxMomentum - (maxMomentum - baseMomentum) * height(step);
}

/** From 0 at the bottom to 1 at the top of the first cycle. */
function heights(name: string, options: CyclicCourse): ScheduleFunction {
  const { stepsUp = 2000, stepsDown = stepsUp, mode = 'triangular', gamma = 1 } = options;
  expectCount(name, 'stepsUp', stepsUp);
  expectCount(name, 'stepsDown', stepsDown);
  expectOneOf(`${name}.mode`, mode, ['triangular', 'triangular2', 'expRange']);
  expectNumber(`${name}.gamma`, gamma, { least: 0, most: 1 });
  const period = stepsUp + stepsDown;
  return (step) => {
    const cycle = Math.floor((step - 1) / period);
    const done = step - 1 - cycle * period;
    const height = done <= stepsUp ? done / stepsUp : (period - done) / stepsDown;
    if (mode === 'triangular2') return height / 2 ** cycle;
    return mode === 'expRange' ? height * gamma ** (step - 1) : height;
  };
}
