import { ValueError } from '../errors.ts';
import { groupRate } from '../optimizers/optimizer.ts';
import { expectCount, expectKind, expectNumber, expectOneOf, expectOptions } from '../options.ts';
import { expectRate, rateAt, type Schedule } from '../schedules/rate.ts';
import type { ScheduleFunction } from '../schedules/schedule.ts';
import type { Callback, FitContext } from './callback.ts';
import { type MetricPath, type Mode, metricAt, watched } from './watch.ts';

export interface ReduceOnPlateauOptions<Watched extends MetricPath = MetricPath> {
  /** The learning rate until it is reduced for the first time, or a schedule that is reduced. */
  readonly lr: Schedule;
  /** Default `'validation.loss'`. */
  readonly metric?: Watched;
  /** Whether the smallest or the largest number is the best. Default: as the metric says. */
  readonly mode?: Mode;
  /** What the rate is multiplied by, default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement that are borne; the rate is reduced after the next one. Default 10. */
  readonly patience?: number;
  /** What counts as an improvement, default 1e-4. */
  readonly threshold?: number;
  /** Whether `threshold` is a share of the best number or a difference from it, default `'rel'`. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** Epochs after a reduction in which nothing is counted, default 0. */
  readonly cooldown?: number;
  /** The rate never falls below, default 0. */
  readonly minLr?: number;
  /** A reduction by no more than this is left out, default 1e-8. */
  readonly eps?: number;
}

/** A callback of `fit`, and the learning rate that it reduces. */
export interface ReduceOnPlateau<Watched extends MetricPath> extends Callback<string, Watched> {
  /** For the optimizer: `sgd({ lr: plateau.lr })`. */
  readonly lr: ScheduleFunction;
}

/**
 * Reduces the learning rate when `metric` has stopped to improve, PyTorch's `ReduceLROnPlateau`: give `plateau.lr` to the optimizer and
 * `plateau` to `fit` as a callback. Make a new one for each `fit`. A resumed `fit` goes on as the unbroken one would have, since the epochs
 * before are in its position. `fit` throws a `ValueError` at its start when there is no such metric, or the optimizer does not use `plateau.lr`.
 */
export function reduceOnPlateau<const Watched extends MetricPath = 'validation.loss'>(
  options: ReduceOnPlateauOptions<Watched>,
): ReduceOnPlateau<Watched> {
  const { lr, metric, mode, ...rule } = resolve(options);
  let way: Mode | undefined;
  let plateau = START;
  /** From which step on the rate is reduced so many times. Steps are counted as whoever asks for the rate counts them. */
  const reductions: { readonly step: number; readonly count: number }[] = [];
  let asked: number | undefined;
  /** What the optimizer calls the next step, which is an update where it accumulates. */
  const nextStep = ({ trainer: { options, stepCount } }: FitContext): number => {
    asked = undefined;
    const { optimizer } = options;
    for (let group = -1; group < (optimizer.groups ?? []).length; group++) groupRate(optimizer, stepCount + 1, group);
    if (asked === undefined) throw notUsed(optimizer.label);
    return asked;
  };
  const see = (value: number, step: number): void => {
    const { reduced } = plateau;
    plateau = after(plateau, value, way as Mode, rule);
    if (plateau.reduced > reduced) reductions.push({ step, count: plateau.reduced });
  };
  const start = (context: FitContext, before: number): void => {
    if (way !== undefined) return;
    way = watched(metric, mode, context);
    for (const record of context.position.history.slice(0, before)) see(metricAt(record, metric), 1);
  };
  return {
    watches: metric,
    lr(step) {
      asked = step;
      const count = reductions.findLast((r) => step >= r.step)?.count ?? 0;
      return reducedRate(rateAt('reduceOnPlateau.lr', lr, step), count, rule);
    },
    onStart(context) {
      expectKind('context', context, { trainer: 'record', position: 'record' }, 'onStart: (context) => …');
      nextStep(context);
      start(context, context.position.history.length);
    },
    onEpoch(record, context) {
      start(context, -1);
      see(metricAt(record, metric), nextStep(context));
    },
  };
}

interface Rule {
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly thresholdMode: 'rel' | 'abs';
  readonly cooldown: number;
  readonly minLr: number;
  readonly eps: number;
}

function resolve<Watched extends MetricPath>(
  options: ReduceOnPlateauOptions<Watched>,
): Rule & { readonly lr: Schedule; readonly metric: Watched; readonly mode: Mode | undefined } {
  expectOptions('reduceOnPlateau', options, [
    ...['lr', 'metric', 'mode', 'factor', 'patience', 'threshold', 'thresholdMode', 'cooldown', 'minLr', 'eps'],
  ]);
  const { lr, metric = 'validation.loss' as Watched, mode, factor = 0.1, patience = 10, threshold = 1e-4 } = options;
  const { thresholdMode = 'rel', cooldown = 0, minLr = 0, eps = 1e-8 } = options;
  expectRate('reduceOnPlateau.lr', lr);
  if (mode !== undefined) expectOneOf('reduceOnPlateau.mode', mode, ['min', 'max']);
  expectNumber('reduceOnPlateau.factor', factor, { least: 0, below: 1 });
  expectCount('reduceOnPlateau', 'patience', patience, 0);
  expectNumber('reduceOnPlateau.threshold', threshold, { least: 0 });
  expectOneOf('reduceOnPlateau.thresholdMode', thresholdMode, ['rel', 'abs']);
  expectCount('reduceOnPlateau', 'cooldown', cooldown, 0);
  expectNumber('reduceOnPlateau.minLr', minLr, { least: 0 });
  expectNumber('reduceOnPlateau.eps', eps, { least: 0 });
  return { lr, metric, mode, factor, patience, threshold, thresholdMode, cooldown, minLr, eps };
}

/** What is remembered from epoch to epoch. */
interface Plateau {
  readonly best: number | null;
  readonly bad: number;
  readonly cooling: number;
  /** How often the rate was reduced. */
  readonly reduced: number;
}

const START: Plateau = { best: null, bad: 0, cooling: 0, reduced: 0 };

/** One epoch more; a number that is not finite is no improvement. */
function after({ best, bad, cooling, reduced }: Plateau, value: number, mode: Mode, rule: Rule): Plateau {
  const { threshold, thresholdMode, patience, cooldown } = rule;
  const sign = mode === 'min' ? -1 : 1;
  const limit =
    best === null ? null : thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
  const isBetter = Number.isFinite(value) && (limit === null || sign * (value - limit) > 0);
  const now = { best: isBetter ? value : best, bad: isBetter || cooling > 0 ? 0 : bad + 1 };
  if (now.bad > patience) return { best: now.best, bad: 0, cooling: cooldown, reduced: reduced + 1 };
  return { ...now, cooling: Math.max(0, cooling - 1), reduced };
}

function reducedRate(lr: number, count: number, { factor, minLr, eps }: Rule): number {
  let rate = lr;
  for (let i = 0; i < count; i++) {
    const next = Math.max(rate * factor, minLr);
    if (rate - next <= eps) return rate;
    rate = next;
  }
  return rate;
}

function notUsed(label: string): ValueError {
  return new ValueError('the optimizer does not use the learning rate of reduceOnPlateau', {
    path: 'callbacks',
    received: `${label} with a learning rate of its own`,
    expected: 'const plateau = reduceOnPlateau({ lr: 0.1 }), with sgd({ lr: plateau.lr }) and callbacks: [plateau]',
    fix: 'give plateau.lr to the optimizer of the trainer',
  });
}
