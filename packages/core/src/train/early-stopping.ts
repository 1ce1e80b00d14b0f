import { expectCount, expectFlag, expectNumber, expectOptions } from '../options.ts';
import type { Callback, FitContext } from './callback.ts';
import type { TrainerState } from './saved.ts';
import { isBetter, type MetricPath, type Mode, metricAt, watched } from './watch.ts';

export interface EarlyStoppingOptions<Watched extends MetricPath = MetricPath> {
  /** Default `'validation.loss'`. */
  readonly metric?: Watched;
  /** Whether the smallest or the largest number is the best. Default: as the metric says. */
  readonly mode?: Mode;
  /** Epochs without improvement after which training stops. Default 3. */
  readonly patience?: number;
  /** What counts as an improvement. Default 0. */
  readonly minDelta?: number;
  /** Go back to the state of the best epoch at the end. Default true. */
  readonly restoreBest?: boolean;
}

/**
 * Stops when `metric` has not improved for `patience` epochs, and goes back to the best one; a number that is not finite is no improvement.
 * Make a new one for each `fit`. A resumed `fit` stops where the unbroken one would have; a best epoch from before is then in no memory, so
 * keep it with `checkpoints({ best })` of `@descent/runs`. `fit` throws a `ValueError` at its start when there is no such metric.
 */
export function earlyStopping<const Watched extends MetricPath = 'validation.loss'>(
  options: EarlyStoppingOptions<Watched> = {},
): Callback<string, Watched> {
  expectOptions('earlyStopping', options, ['metric', 'mode', 'patience', 'minDelta', 'restoreBest']);
  const { metric = 'validation.loss' as Watched, mode, patience = 3, minDelta = 0, restoreBest = true } = options;
  expectCount('earlyStopping', 'patience', patience);
  expectNumber('earlyStopping.minDelta', minDelta, { least: 0 });
  expectFlag('earlyStopping.restoreBest', restoreBest);
  let way: Mode | undefined;
  let best: { readonly value: number | null; readonly epoch: number; readonly state: TrainerState | null } | null =
    null;
  const improves = (value: number): boolean => isBetter(value, best?.value ?? null, way as Mode, minDelta);
  /** Takes up the epochs before this `fit`, when it was resumed. */
  const start = (context: FitContext, before: number): void => {
    if (way !== undefined) return;
    way = watched(metric, mode, context);
    for (const record of context.position.history.slice(0, before)) {
      const value = metricAt(record, metric);
      if (improves(value)) best = { value, epoch: record.epoch, state: null };
    }
  };
  return {
    watches: metric,
    onStart: (context) => start(context, context.position.history.length),
    async onEpoch(record, context) {
      start(context, -1);
      const { trainer, stop, position } = context;
      const value = metricAt(record, metric);
      if (improves(value)) {
        best = { value, epoch: record.epoch, state: restoreBest ? await trainer.state() : null };
        return;
      }
      // Without a best one, epochs count from the first.
      best ??= { value: null, epoch: (position.history[0] ?? record).epoch - 1, state: null };
      if (record.epoch - best.epoch < patience) return;
      const was =
        best.value === null
          ? `it was ${value} all the time`
          : `the best was ${best.value.toPrecision(4)} in epoch ${best.epoch}`;
      stop(`${metric} has not improved for ${patience} epochs; ${was}`);
    },
    async onEnd(_, { trainer }) {
      if (best?.state != null) await trainer.load(best.state);
    },
  };
}
