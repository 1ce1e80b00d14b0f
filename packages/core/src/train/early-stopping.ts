import { ValueError } from '../errors.ts';
import type { Callback } from './callback.ts';
import type { EpochRecord } from './fit.ts';
import type { TrainerState } from './trainer.ts';

/** A number of an epoch's record: `validation.loss`, `test.accuracy`, `train.loss`, … */
export type MetricPath = `${'train' | 'validation' | 'test'}.${string}`;

/** The number at `path`. Throws a `ValueError` that lists what there is. */
export function metricAt(record: EpochRecord, path: MetricPath): number {
  const [set, name] = path.split('.') as ['train' | 'validation' | 'test', string];
  const value = record[set]?.[name];
  if (value !== undefined) return value;
  const known = (['train', 'validation', 'test'] as const).flatMap((s) =>
    Object.keys(record[s] ?? {}).map((n) => `${s}.${n}`),
  );
  throw new ValueError('there is no such metric', { path, received: path, expected: known.join(', ') });
}

/** Whether more is better: true for everything but losses and errors. */
export function isHigherBetter(path: MetricPath): boolean {
  return !/loss|error|mse|mae/i.test(path);
}

export interface EarlyStoppingOptions {
  /** Default `'validation.loss'`. */
  readonly metric?: MetricPath;
  /** Epochs without improvement after which training stops. Default 3. */
  readonly patience?: number;
  /** What counts as an improvement. Default 0. */
  readonly minDelta?: number;
  /** Go back to the state of the best epoch at the end. Default true. */
  readonly restoreBest?: boolean;
}

/**
 * Stops when `metric` has not improved for `patience` epochs, and goes back to the best one. Make a new one for each `fit`. A resumed `fit`
 * stops where the unbroken one would have; a best epoch from before is then in no memory, so keep it with `checkpoints({ best })` of `@descent/runs`.
 */
export function earlyStopping({
  metric = 'validation.loss',
  patience = 3,
  minDelta = 0,
  restoreBest = true,
}: EarlyStoppingOptions = {}): Callback {
  if (!Number.isInteger(patience) || patience < 1) {
    throw new ValueError('earlyStopping was given an invalid patience', {
      path: 'patience',
      received: String(patience),
      expected: 'an integer of at least 1',
    });
  }
  const sign = isHigherBetter(metric) ? 1 : -1;
  let best: { readonly value: number; readonly epoch: number; readonly state: TrainerState | null } | null = null;
  const isBetter = (value: number): boolean => best === null || sign * (value - best.value) > minDelta;
  let replayed = false;
  /** The epochs before this `fit`, when it was resumed. */
  const replay = (history: readonly EpochRecord[]): void => {
    for (const record of replayed ? [] : history) {
      const value = metricAt(record, metric);
      if (isBetter(value)) best = { value, epoch: record.epoch, state: null };
    }
    replayed = true;
  };
  return {
    async onEpoch(record, { trainer, stop, position }) {
      replay(position.history.slice(0, -1));
      const value = metricAt(record, metric);
      if (best === null || isBetter(value)) {
        best = { value, epoch: record.epoch, state: restoreBest ? await trainer.state() : null };
      } else if (record.epoch - best.epoch >= patience) {
        stop(
          `${metric} has not improved for ${patience} epochs; the best was ${best.value.toPrecision(4)} in epoch ${best.epoch}`,
        );
      }
    },
    async onEnd(_, { trainer }) {
      if (best?.state != null) await trainer.load(best.state);
    },
  };
}
