import {
  type Callback,
  createTrainer,
  type EpochRecord,
  type FitPosition,
  fit,
  type Metrics,
  NumericError,
  type Optimizer,
  type Trainer,
} from '@descent/core';
import { checkpointUntil, type FoundCheckpoint } from '@descent/runs';
import { InterruptedError } from '../errors.ts';
import type { Io } from '../io.ts';
import { heldOutLoaders, trainLoader } from '../run/loaders.ts';
import type { Progress } from '../ui/progress.ts';
import { type Check, checkCheckpoint, checkEpoch } from './checks.ts';
import type { DebuggedRun } from './open-run.ts';

/** A place in the order of batches. */
export interface Place {
  /** From 1. */
  readonly epoch: number;
  /** Batch of the epoch, from 0. */
  readonly batch: number;
}

/** One step as it went by. */
export interface ReplayedStep {
  readonly step: number;
  readonly metrics: Metrics;
}

export interface Replay {
  readonly trainer: Trainer;
  readonly start: FoundCheckpoint | null;
  /** Steps that were replayed, in order. */
  readonly steps: readonly ReplayedStep[];
  /** Where the next step takes its batch from. */
  readonly next: Place;
  /** Why the step after the last one could not be made. */
  readonly failure: NumericError | null;
  readonly checks: readonly Check[];
}

export interface ReplayOptions {
  /** `look` is called from in front of this step on. */
  readonly from: number;
  /** The last step, at most. */
  readonly to: number;
  /** Called in front of step `from`, and after each step from there on; whether that was enough. */
  readonly look: (at: {
    readonly trainer: Trainer;
    readonly next: Place;
    readonly last: ReplayedStep | null;
  }) => Promise<boolean>;
  readonly progress: Progress;
}

/** Ends `fit` from inside: nothing that comes at its end is wanted. */
const ENOUGH: unique symbol = Symbol('enough');

/**
 * Trains once more from the newest checkpoint in front of step `from`, or from the start, as `descent resume` would: the same batches, draws and rates. What the run
 * recorded on the way, epochs and checkpoints, is compared bit for bit. The caller disposes of the trainer.
 */
export async function replay(run: DebuggedRun, options: ReplayOptions, io: Io): Promise<Replay> {
  const { config, data, backend } = run;
  const { from, to, look, progress } = options;
  const { model, loss, optimizer, metrics, seed, epochs } = config;
  const start = await checkpointUntil(run.checkpointsPath, from - 1);
  const trainer = await createTrainer({ model, loss, optimizer, metrics, seed, backend });
  const train = trainLoader(config, data);
  const position: FitPosition | undefined = start?.position;
  const steps: ReplayedStep[] = [];
  const checks: Check[] = [];
  const first = start?.state.step ?? 0;
  // Counted from the trainer: of steps that go in one run, those in front of one that is not finite are told to nobody.
  const next = (): Place => {
    const batch = (position?.step ?? 0) + trainer.stepCount - first;
    return { epoch: (position?.epoch ?? 1) + Math.floor(batch / train.length), batch: batch % train.length };
  };
  const seen = async (last: ReplayedStep | null): Promise<void> => {
    if ((await look({ trainer, next: next(), last })) || trainer.stepCount >= to) throw ENOUGH;
  };
  const watcher: Callback = {
    // Many steps go in one run until the first that is looked at.
    get everySteps() {
      return trainer.stepCount < from - 1 ? from - 1 : 1;
    },
    async onStart() {
      if (trainer.stepCount === from - 1) await seen(null);
    },
    onSteps: () => seen(steps.at(-1) ?? null),
  };
  const compare: readonly Callback[] = run.checkpoints
    .filter((step) => step > first && step <= to)
    .map((step) => ({
      everySteps: step,
      async onSteps() {
        if (trainer.stepCount === step) checks.push(...(await checkCheckpoint(run, step, await trainer.state())));
      },
    }));
  const onEpoch = (record: EpochRecord): void => void checks.push(...checkEpoch(run.epochs, record));
  let failure: NumericError | null = null;
  try {
    if (start !== null) await trainer.load(start.state);
    await fit(trainer, {
      train,
      ...(followsEpochs(optimizer) && heldOutLoaders(data)),
      ...(position !== undefined && { resume: position }),
      ...(config.maxResidentBytes !== undefined && { maxResidentBytes: config.maxResidentBytes }),
      epochs,
      signal: io.signal,
      log: null,
      onEvent(event) {
        if (event.type === 'epoch') return;
        steps.push({ step: first + steps.length + 1, metrics: event.metrics });
        progress.step({ ...event, epochs });
      },
      callbacks: [...compare, { onEpoch }, watcher],
    });
    if (io.signal.aborted) throw new InterruptedError('the replay was stopped', { path: run.shown });
  } catch (error) {
    if (error instanceof NumericError) failure = error;
    else if (error !== ENOUGH) {
      trainer.dispose();
      throw error;
    }
  } finally {
    progress.clear();
    await train.close();
  }
  return { trainer, start, steps, next: next(), failure, checks };
}

/** Whether learning rates depend on the numbers of epochs; only then data that are held out matter for a step. */
function followsEpochs({ lr, groups = [] }: Optimizer): boolean {
  const follows = (rate: unknown): boolean => typeof rate === 'function' && 'callbacks' in rate;
  return follows(lr) || groups.some((group) => follows(group.lr));
}
