import { expectCount, notWhatWasWanted } from '../options.ts';
import type { EpochRecord, FitPosition, FitResult } from './fit.ts';
import type { Trainer } from './trainer.ts';
import type { MetricPath, SetName } from './watch.ts';

/** What a callback sees and may do. */
export interface FitContext {
  readonly trainer: Trainer;
  /** Where training stands; goes into a checkpoint. */
  readonly position: FitPosition;
  /** The data that each epoch's record has numbers of. */
  readonly sets: readonly SetName[];
  /** Ends training after this callback; the first reason given counts. */
  stop(reason: string): void;
}

/**
 * Something that happens beside training: early stopping, checkpoints, a report. All of it is awaited. It fits trainers whose metrics are among
 * `Name`, and that have the metric at `Watched`.
 */
// biome-ignore lint/suspicious/noExplicitAny: which metric is not known, and the trainer is asked when `fit` starts.
export interface Callback<Name extends string = string, Watched extends MetricPath = any> {
  /** The number that it decides by. */
  readonly watches?: Watched;
  /** `onSteps` is called after each multiple of so many updates, counted by the trainer. */
  readonly everySteps?: number;
  /** Called once before training, such as to refuse what would fail after hours. */
  onStart?(context: FitContext): void | Promise<void>;
  onSteps?(context: FitContext): void | Promise<void>;
  onEpoch?(record: EpochRecord<Name>, context: FitContext): void | Promise<void>;
  /** Called once at the end, unless an error ended training. */
  onEnd?(result: FitResult<Name>, context: FitContext): void | Promise<void>;
}

/** Calls `run` after each multiple of `steps` updates, such as to evaluate within an epoch. */
export function everySteps(steps: number, run: (context: FitContext) => void | Promise<void>): Callback {
  expectCount('everySteps', 'number of steps', steps);
  if (typeof run !== 'function')
    throw notWhatWasWanted('everySteps', run, { what: 'a function', example: 'everySteps(50, ({ trainer }) => …)' });
  return { everySteps: steps, onSteps: run };
}
