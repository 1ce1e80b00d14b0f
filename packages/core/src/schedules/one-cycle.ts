import { expectCount, expectFlag, expectNumber, expectOneOf, expectOptions } from '../options.ts';
import type { ScheduleFunction } from './schedule.ts';

/** The course of one cycle, which the learning rate and the momentum share. */
export interface OneCycleCourse {
  /** Length of the whole cycle; afterwards the value stays as at its end. */
  readonly steps: number;
  /** Share of the steps in which the rate grows, default 0.3. */
  readonly pctStart?: number;
  /** By half a cosine or in a straight line, default `'cos'`. */
  readonly anneal?: 'cos' | 'linear';
  /** Whether the rate falls back to its start as it grew, and only then to its end. Default false. */
  readonly threePhase?: boolean;
}

export interface OneCycleOptions extends OneCycleCourse {
  /** The largest rate. */
  readonly maxLr: number;
  /** The first rate is `maxLr / divFactor`, default 25. */
  readonly divFactor?: number;
  /** The last rate is the first one divided by it, default 10 000. */
  readonly finalDivFactor?: number;
}

export interface OneCycleMomentumOptions extends OneCycleCourse {
  /** The momentum where the rate is largest, default 0.85. */
  readonly baseMomentum?: number;
  /** The momentum at the start and at the end, default 0.95. */
  readonly maxMomentum?: number;
}

const COURSE = ['steps', 'pctStart', 'anneal', 'threePhase'];

/** The learning rate of one cycle (Smith & Topin 2018), PyTorch's `OneCycleLR`; `oneCycleMomentum` is the momentum that goes with it. */
export function oneCycle(options: OneCycleOptions): ScheduleFunction {
  expectOptions('oneCycle', options, ['maxLr', 'divFactor', 'finalDivFactor', ...COURSE]);
  const { maxLr, divFactor = 25, finalDivFactor = 1e4 } = options;
  expectNumber('oneCycle.maxLr', maxLr, { least: 0 });
  expectNumber('oneCycle.divFactor', divFactor, { above: 0 });
  expectNumber('oneCycle.finalDivFactor', finalDivFactor, { above: 0 });
  const first = maxLr / divFactor;
  return course('oneCycle', options, { start: first, middle: maxLr, end: first / finalDivFactor });
}

/** The momentum that goes with `oneCycle`: `sgd({ lr: oneCycle(…), momentum: oneCycleMomentum({ steps }) })`, or the first of Adam's betas. */
export function oneCycleMomentum(options: OneCycleMomentumOptions): ScheduleFunction {
  expectOptions('oneCycleMomentum', options, ['baseMomentum', 'maxMomentum', ...COURSE]);
  const { baseMomentum = 0.85, maxMomentum = 0.95 } = options;
  expectNumber('oneCycleMomentum.baseMomentum', baseMomentum, { least: 0, below: 1 });
  expectNumber('oneCycleMomentum.maxMomentum', maxMomentum, { least: 0, below: 1 });
  return course('oneCycleMomentum', options, { start: maxMomentum, middle: baseMomentum, end: maxMomentum });
}

interface Values {
  readonly start: number;
  readonly middle: number;
  readonly end: number;
}

function course(name: string, options: OneCycleCourse, { start, middle, end }: Values): ScheduleFunction {
  const { steps, pctStart = 0.3, anneal = 'cos', threePhase = false } = options;
  expectCount(name, 'steps', steps);
  expectNumber(`${name}.pctStart`, pctStart, { least: 0, most: threePhase ? 0.5 : 1 });
  expectOneOf(`${name}.anneal`, anneal, ['cos', 'linear']);
  expectFlag(`${name}.threePhase`, threePhase);
  const up = { until: pctStart * steps - 1, from: start, to: middle };
  const last = steps - 1;
  const phases = threePhase
    ? [up, { until: 2 * pctStart * steps - 2, from: middle, to: start }, { until: last, from: start, to: end }]
    : [up, { until: last, from: middle, to: end }];
  return (step) => {
    const done = step - 1;
    const i = Math.max(
      phases.findIndex(({ until }) => done <= until),
      done > last ? phases.length - 1 : 0,
    );
    const { until, from, to } = phases[i] as (typeof phases)[number];
    const begin = phases[i - 1]?.until ?? 0;
    const share = until === begin ? 1 : Math.min(1, (done - begin) / (until - begin));
    return anneal === 'linear' ? from + (to - from) * share : to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1);
  };
}
