import { type NDArray, type Node, NumericError, type TrainerState } from '@descent/core';
import {
  inspectStep,
  type StepInspection,
  type StepInspector,
  stepInspector,
  tensorStatistics,
} from '@descent/core/diagnose';
import { checkpointUntil, type StepSample } from '@descent/runs';
import type { Io } from '../io.ts';
import type { Progress } from '../ui/progress.ts';
import { batchAt, type FedBatch } from './batch.ts';
import { type Check, checkKept } from './checks.ts';
import type { Steps } from './find-step.ts';
import type { DebuggedRun } from './open-run.ts';
import { type Place, type ReplayedStep, replay } from './replay.ts';
import { samplesOf } from './samples.ts';
import { inspectedNumber, isOut, largestOf, needsInspection, numberOf, type Watch, type WatchSource } from './watch.ts';

/** One step of a run, replayed and looked into. */
export interface DebuggedStep {
  readonly step: number;
  readonly place: Place;
  /** Updates of the checkpoint that it was replayed from; `null` for the start. */
  readonly start: number | null;
  readonly inspection: StepInspection;
  /** As `fit` says it; `null` for a step that was made. */
  readonly error: NumericError | null;
  readonly replayed: readonly ReplayedStep[];
  readonly watched: readonly WatchedNumber[];
  readonly checks: readonly Check[];
  readonly batch: FedBatch;
  readonly samples: readonly StepSample[];
}

export interface WatchedNumber {
  readonly step: number;
  readonly value: number;
}

/** What came of a search. */
export interface Searched {
  readonly from: number;
  readonly to: number;
  /** From where on steps had to be looked at. */
  readonly first: number;
  /** Null where nothing went wrong. */
  readonly found: DebuggedStep | null;
  /** Whether the number was out of bounds in front of the first step already. */
  readonly already: boolean;
  readonly watched: readonly WatchedNumber[];
}

export interface LookOptions {
  readonly progress: Progress;
  readonly watch: { readonly watch: Watch; readonly source: WatchSource } | null;
}

/** Looks into one step; into an earlier one where training cannot get that far. */
export async function lookAt(run: DebuggedRun, step: number, { progress }: LookOptions, io: Io): Promise<DebuggedStep> {
  let before: TrainerState | null = null;
  let place: Place | null = null;
  const done = await replay(
    run,
    {
      from: step,
      to: step,
      progress,
      async look({ trainer, next }) {
        if (trainer.stepCount !== step - 1) return true;
        before = await trainer.state();
        place = next;
        return false;
      },
    },
    io,
  );
  const state = done.failure === null ? before : null;
  return inside(run, { done, state, place: done.failure === null ? place : done.next, watched: [] }, io);
}

/**
 * Goes through the steps from `from` to `to` in order, and looks into the first that is wrong: not finite, or out of the bounds of what is watched. Each is
 * looked at: a number that goes up and down is found where it first crossed, which halving would miss. Where only what is not finite counts, steps in front of a
 * checkpoint are known to be good.
 */
export async function search(
  run: DebuggedRun,
  { from, to }: Extract<Steps, { kind: 'search' }>,
  { progress, watch }: LookOptions,
  io: Io,
): Promise<Searched> {
  const good = watch === null ? (await checkpointUntil(run.checkpointsPath, to - 1))?.state.step : undefined;
  const first = Math.max(from, (good ?? 0) + 1);
  const watched: WatchedNumber[] = [];
  let before: TrainerState | null = null;
  let place: Place | null = null;
  let found = false;
  let already = false;
  let inspector: StepInspector<Node, Node, Node, string> | undefined;
  const done = await replay(
    run,
    {
      from: first,
      to,
      progress,
      async look({ trainer, next, last }) {
        if (watch === null) return false;
        const isFirst = trainer.stepCount === first - 1;
        if (!isFirst || watch.source.kind === 'value') {
          const value = await valueAfter(watch, last, trainer);
          if (value !== null) {
            watched.push({ step: trainer.stepCount, value });
            if (isOut(watch.watch, value)) {
              [found, already] = [!isFirst, isFirst];
              return true;
            }
          }
        }
        if (trainer.stepCount >= to) return true;
        [before, place] = [await trainer.state(), next];
        if (!needsInspection(watch.source)) return false;
        // Of the step that comes next: it is the one with these numbers.
        const batch = await batchAt(run, next);
        inspector ??= stepInspector(trainer);
        const seen = await inspector.inspect(batch.x as NDArray, batch.y as NDArray);
        const value = inspectedNumber(watch.source, watch.watch, seen);
        watched.push({ step: seen.step, value });
        found = isOut(watch.watch, value);
        return found;
      },
    },
    io,
  );
  inspector?.dispose();
  const common = { from, to, first, already, watched };
  if (!found && done.failure === null) {
    done.trainer.dispose();
    return { ...common, found: null };
  }
  const isFailure = done.failure !== null;
  const where = { done, state: isFailure ? null : before, place: isFailure ? done.next : place, watched };
  return { ...common, found: await inside(run, where, io) };
}

/** The number that the last step left behind, where it can be read without looking into a step. */
async function valueAfter(
  { watch, source }: NonNullable<LookOptions['watch']>,
  last: ReplayedStep | null,
  trainer: Replayed['trainer'],
): Promise<number | null> {
  if (source.kind === 'metric') return last?.metrics[source.name] ?? Number.NaN;
  if (source.kind !== 'value') return null;
  const array = (await trainer.parameters())[source.parameter] as NDArray;
  return watch.statistic === 'largest' ? largestOf(array) : numberOf(tensorStatistics(array), watch.statistic);
}

type Replayed = Awaited<ReturnType<typeof replay>>;

interface Reached {
  readonly done: Replayed;
  /** In front of the step; `null` where the trainer has it. */
  readonly state: TrainerState | null;
  readonly place: Place | null;
  readonly watched: readonly WatchedNumber[];
}

async function inside(run: DebuggedRun, { done, state, place, watched }: Reached, io: Io): Promise<DebuggedStep> {
  const { trainer } = done;
  try {
    if (place === null) throw new NumericError('the replay ended in front of the step');
    if (state !== null) await trainer.load(state);
    const kept = await checkKept(run, trainer);
    const batch = await batchAt(run, place);
    const inspection = await inspectStep(trainer, batch.x as NDArray, batch.y as NDArray);
    io.signal.throwIfAborted();
    return {
      step: inspection.step,
      place,
      start: done.start?.state.step ?? null,
      inspection,
      error: done.failure,
      replayed: done.steps.filter(({ step }) => step <= inspection.step),
      watched,
      checks: [...done.checks, ...kept],
      batch,
      samples: await samplesOf(batch, inspection.output, run),
    };
  } finally {
    trainer.dispose();
  }
}
