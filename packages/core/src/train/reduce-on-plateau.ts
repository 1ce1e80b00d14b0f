import { StateError, ValueError } from '../errors.ts';
import { groupRate, rateCallbacks } from '../optimizers/optimizer.ts';
import { expectCount, expectKind, expectNumber, expectOneOf, expectOptions, notWhatWasWanted } from '../options.ts';
import { expectNoCallbacks, expectRate, rateAt, type Schedule } from '../schedules/rate.ts';
import type { ScheduleFunction } from '../schedules/schedule.ts';
import type { Callback, FitContext } from './callback.ts';
import { type MetricPath, type Mode, metricAt, watched } from './watch.ts';

export interface ReduceOnPlateauOptions<Watched extends MetricPath = MetricPath> {
  /** The learning rate until it is reduced for the first time, or a schedule that is reduced. */
  readonly lr: Schedule;
  /** Default `'validation.loss'`. `null` is for a loop of your own, which tells the numbers itself, with `step`. */
  readonly metric?: Watched | null;
  /** Whether the smallest or the largest number is the best. Default: as the metric says, the smallest where there is none. */
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

/** A learning rate that `fit` reduces. */
export interface ReduceOnPlateau<Watched extends MetricPath> extends ScheduleFunction {
  /** What `fit` calls after each epoch. */
  readonly callbacks: readonly [PlateauCallback<Watched>];
  /**
   * Tells the number of an epoch, in a loop of your own: the rate may be lower from now on.
   * @throws StateError unless it was made with `metric: null`.
   */
  step(value: number): void;
}

interface PlateauCallback<Watched extends MetricPath> extends Callback<string, Watched> {
  /** Throws a StateError where nobody tells it of epochs. Called before each update. */
  beforeUpdate(): void;
  /** Whether updates are made that belong to no epoch. */
  alone(isAlone: boolean): void;
}

/**
 * A learning rate that is reduced when `metric` has stopped to improve, PyTorch's `ReduceLROnPlateau`: `sgd({ lr: reduceOnPlateau({ lr: 0.1 }) })`. `fit`
 * finds it in the optimizer and tells it of each epoch. A loop of your own makes it with `metric: null` and calls `step` after each epoch; without that, the
 * first update throws a `StateError`, since the rate would never change. It belongs to one trainer. A resumed `fit` goes on as the unbroken one would have,
 * since the epochs before are in its position. `fit` throws a `ValueError` at its start when there is no such metric, for a second trainer, and where its
 * callback is given to `fit` beside an optimizer that does not have it.
 */
export function reduceOnPlateau<const Watched extends MetricPath = 'validation.loss'>(
  options: ReduceOnPlateauOptions<Watched>,
): ReduceOnPlateau<Watched> {
  const { lr, metric, mode, ...rule } = resolve(options);
  let way: Mode | undefined;
  let owner: FitContext['trainer'] | undefined;
  let plateau = START;
  /** From which step on the rate is reduced so many times. Steps are counted as whoever asks for the rate counts them. */
  const reductions: { readonly step: number; readonly count: number }[] = [];
  let asked: number | undefined;
  let isAlone = false;
  /** What the optimizer calls the next step, which is an update where it accumulates. */
  const nextStep = ({ trainer: { options, stepCount } }: FitContext): number => {
    asked = undefined;
    const { optimizer } = options;
    for (let group = -1; group < (optimizer.groups ?? []).length; group++) groupRate(optimizer, stepCount + 1, group);
    // A schedule around it may not ask it yet: what is reduced now holds from its first step on.
    return asked ?? 1;
  };
  /** Whether the optimizer's rates depend on this one; inside a function of the user's own only a call tells it. */
  const isRead = (context: FitContext): boolean => {
    nextStep(context);
    return asked !== undefined || rateCallbacks(context.trainer.options.optimizer).includes(callback);
  };
  const see = (value: number, step: number): void => {
    const { reduced } = plateau;
    plateau = after(plateau, value, way as Mode, rule);
    if (plateau.reduced > reduced) reductions.push({ step, count: plateau.reduced });
  };
  const start = (context: FitContext, before: number): void => {
    if (metric === null) throw toldByHand();
    owner ??= context.trainer;
    if (owner !== context.trainer) throw secondTrainer();
    if (way !== undefined) return;
    if (!isRead(context)) throw unread();
    way = watched(metric, mode, context);
    for (const record of context.position.history.slice(0, before)) see(metricAt(record, metric), 1);
  };
  const callback: PlateauCallback<Watched> = {
    ...(metric !== null && { watches: metric }),
    onStart(context) {
      expectKind('context', context, { trainer: 'record', position: 'record' }, 'onStart: (context) => …');
      start(context, context.position.history.length);
    },
    onEpoch(record, context) {
      start(context, -1);
      see(metricAt(record, metric as Watched), nextStep(context));
    },
    beforeUpdate() {
      if (metric !== null && owner === undefined && !isAlone) throw toldByNobody();
    },
    alone(value) {
      isAlone = value;
    },
  };
  const rate = (step: number): number => {
    asked = step;
    const count = reductions.findLast((r) => step >= r.step)?.count ?? 0;
    return reducedRate(rateAt('reduceOnPlateau.lr', lr, step), count, rule);
  };
  const step = (value: number): void => {
    if (metric !== null) throw toldByFit();
    if (typeof value !== 'number')
      throw notWhatWasWanted('reduceOnPlateau.step', value, { what: 'a number', example: 'lr.step(loss)' });
    way = mode ?? 'min';
    // Whatever step comes next.
    see(value, 1);
  };
  return Object.assign(rate, { callbacks: [callback] as const, step });
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
): Rule & { readonly lr: Schedule; readonly metric: Watched | null; readonly mode: Mode | undefined } {
  expectOptions('reduceOnPlateau', options, [
    ...['lr', 'metric', 'mode', 'factor', 'patience', 'threshold', 'thresholdMode', 'cooldown', 'minLr', 'eps'],
  ]);
  const { lr, metric = 'validation.loss' as Watched, mode, factor = 0.1, patience = 10, threshold = 1e-4 } = options;
  const { thresholdMode = 'rel', cooldown = 0, minLr = 0, eps = 1e-8 } = options;
  expectRate('reduceOnPlateau.lr', lr);
  expectNoCallbacks('reduceOnPlateau.lr', lr);
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

const BY_HAND = 'reduceOnPlateau({ lr: 0.1, metric: null }), whose step(loss) is called after each epoch';

function toldByNobody(): StateError {
  return new StateError('reduceOnPlateau is told of epochs by fit, and this update is made without it', {
    path: 'reduceOnPlateau',
    received: 'an update in a loop of your own, in which the rate would never be reduced',
    expected: `training with fit, or ${BY_HAND}`,
    fix: 'train with fit, or make it with metric: null and call its step(loss) after each epoch',
  });
}

function toldByHand(): StateError {
  return new StateError('this learning rate is told by hand, and fit tells it of epochs', {
    path: 'reduceOnPlateau.metric',
    received: 'metric: null',
    expected: "a metric that fit has, such as 'validation.loss'",
    fix: "leave metric out, or name one: 'train.loss'",
  });
}

function toldByFit(): StateError {
  return new StateError('this learning rate is told of epochs by fit', {
    path: 'reduceOnPlateau.step',
    received: 'a number by hand',
    expected: BY_HAND,
    fix: 'make it with metric: null, and train in a loop of your own; or leave step to fit',
  });
}

function unread(): ValueError {
  return new ValueError('this learning rate is followed, but the optimizer does not have it', {
    path: 'reduceOnPlateau',
    received: 'its callback, beside an optimizer with another learning rate, which would stay as it is',
    expected: 'the schedule in the optimizer, where fit finds it',
    fix: 'give it to the optimizer: sgd({ lr: reduceOnPlateau({ lr: 0.1 }) }), and leave it out of the callbacks',
  });
}

function secondTrainer(): ValueError {
  return new ValueError('this learning rate has followed another trainer', {
    path: 'reduceOnPlateau',
    received: 'a second trainer',
    expected: 'a schedule for each trainer',
    fix: 'make the optimizer anew: sgd({ lr: reduceOnPlateau({ lr: 0.1 }) })',
  });
}
