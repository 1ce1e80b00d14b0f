import { prefixPath } from '../errors.ts';
import type { TensorType } from '../ir/op.ts';
import { mapTree } from '../ir/tree.ts';
import { type AnyBatch, type BatchTypes, batchOf, fedBatch, samplesOf } from './batch.ts';
import type { Callback } from './callback.ts';
import { expectBatch } from './expect-batch.ts';
import type { Metrics } from './metrics.ts';
import type { Residency } from './residency.ts';
import type { ResidentData } from './resident.ts';
import { type BatchSource, batchesOf, type MemorySource } from './sources.ts';
import type { AnyTrainer } from './trainer.ts';

export interface EpochRun {
  /** Counted from 0. */
  readonly epoch: number;
  /** Batches to leave out at the start, since they are done. */
  readonly firstStep: number;
  readonly callbacks: readonly Callback[];
  onStep(metrics: Metrics, samples: number): void;
  /** Called between runs of steps with the callbacks that are due; whether to go on. */
  onPause(due: readonly Callback[]): Promise<boolean>;
}

/** Trains the rest of one epoch. */
export type EpochTrainer = (run: EpochRun) => Promise<void>;

/** Chooses how to train on `source`: on rows of a data set that moves to the device once where it can, else batch by batch. */
export async function epochTrainer(
  trainer: AnyTrainer,
  source: BatchSource,
  { place }: Residency,
): Promise<EpochTrainer> {
  const { batchSize } = source;
  const placed = await placedSource(trainer, source, place);
  if (placed === null) {
    const expectLast = once((batch: AnyBatch) => {
      const samples = source.indices?.(0).length;
      if (samples !== undefined) expectLastBatch(trainer, batch, samples, batchSize);
    });
    return (run) => trainBatches(trainer, source, expectLast, run);
  }
  const { resident, memory } = placed;
  expectLastBatch(trainer, memory.dataset, memory.indices(0).length, batchSize);
  const pace = new Pace();
  return (run) => trainRows(trainer, resident, memory.indices(run.epoch), batchSize, pace, run);
}

/**
 * A source whose data are on the device; `null` when they are not in memory, are not to go there, or do not fit.
 * @throws ValueError, ShapeError or DTypeError for data in memory that cannot be trained on, wherever they stay.
 */
async function placedSource(
  trainer: AnyTrainer,
  source: BatchSource,
  place: Residency['place'],
): Promise<{ readonly resident: ResidentData; readonly memory: MemorySource } | null> {
  if (source.dataset === undefined) return null;
  const resident = source.resident === false ? null : await place(source.dataset);
  if (resident !== null) return { resident, memory: source };
  // What moves to the device is looked at on the way; what stays is looked at here, before hours of training and not by the step that meets it.
  await expectBatch({ metrics: [], ...trainer.options }, batchOf(source.dataset.x, source.dataset.y));
  return null;
}

/** Evaluates on `source`, or gives `null` when there is none. */
export async function epochEvaluator(
  trainer: AnyTrainer,
  source: BatchSource | undefined,
  { place }: Residency,
): Promise<() => Promise<Metrics | null>> {
  if (source === undefined) return async () => null;
  const placed = await placedSource(trainer, source, place);
  if (placed === null) return () => trainer.evaluate(source.epoch(0));
  return () => placed.resident.evaluate(source.batchSize, placed.memory.indices(0));
}

async function trainBatches(
  trainer: AnyTrainer,
  source: BatchSource,
  expectLast: (batch: AnyBatch) => void,
  { epoch, firstStep, callbacks, onStep, onPause }: EpochRun,
): Promise<void> {
  const batches = source.epoch(epoch, { from: firstStep });
  let index = batches?.from ?? 0;
  for await (const batch of batchesOf('train', batches)) {
    if (index++ < firstStep) continue;
    const { x, y } = batchOf(batch.x, batch.y);
    expectLast({ x, y });
    onStep(await trainer.step(x, y), samplesOf({ x, y }));
    if (!(await onPause(due(callbacks, trainer.stepCount)))) return;
  }
}

/** `run`, the first time only. */
function once<T>(run: (value: T) => void): (value: T) => void {
  let done = false;
  return (value) => {
    if (!done) run(value);
    done = true;
  };
}

/** Throws when a smaller batch at the end of the epoch cannot be trained on: better now than after all the others. */
function expectLastBatch(trainer: AnyTrainer, { x, y }: AnyBatch, rows: number, batchSize: number): void {
  const size = rows % batchSize;
  if (!(size > 0)) return;
  const resized = ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape: [size, ...shape.slice(1)] });
  const types = fedBatch(x, y);
  try {
    trainer.check({ x: mapTree(types.x, resized), y: mapTree(types.y, resized) } as BatchTypes);
  } catch (error) {
    throw prefixPath(error, `the last batch of an epoch, of ${size} ${size === 1 ? 'sample' : 'samples'}`);
  }
}

/** Trains on all `rows`, several steps in one run of the backend where steps are short. */
async function trainRows(
  trainer: AnyTrainer,
  resident: ResidentData,
  rows: Uint32Array,
  batchSize: number,
  pace: Pace,
  { firstStep, callbacks, onStep, onPause }: EpochRun,
): Promise<void> {
  for (let start = firstStep * batchSize; start < rows.length; ) {
    const steps = Math.min(pace.steps, stepsUntilDue(callbacks, trainer.stepCount));
    const part = rows.subarray(start, Math.min(start + steps * batchSize, rows.length));
    const begun = performance.now();
    const results = await resident.train(part, batchSize);
    pace.measured(results.length, (performance.now() - begun) / 1000);
    for (const [i, metrics] of results.entries()) onStep(metrics, Math.min(batchSize, part.length - i * batchSize));
    start += part.length;
    if (!(await onPause(due(callbacks, trainer.stepCount)))) return;
  }
}

function due(callbacks: readonly Callback[], stepCount: number): readonly Callback[] {
  return callbacks.filter(({ everySteps }) => everySteps !== undefined && stepCount % everySteps === 0);
}

function stepsUntilDue(callbacks: readonly Callback[], stepCount: number): number {
  const distances = callbacks.flatMap(({ everySteps: n }) => (n === undefined ? [] : [n - (stepCount % n)]));
  return Math.min(Number.POSITIVE_INFINITY, ...distances);
}

/** Time that one call of the backend should take at most, so that progress shows and the event loop breathes. */
const RUN_SECONDS = 0.05;
const MAX_STEPS_PER_RUN = 64;

/** How many steps to run at once: as many as fit in `RUN_SECONDS`. The numbers do not depend on it, only the speed does. */
class Pace {
  steps = 1;
  #runs = 0;

  measured(steps: number, seconds: number): void {
    // The first run of each kind includes compiling.
    if (++this.#runs < 3) return;
    const fitting = Math.round(RUN_SECONDS / Math.max(seconds / steps, 1e-6));
    this.steps = Math.max(1, Math.min(MAX_STEPS_PER_RUN, fitting, this.steps * 4));
  }
}

// See fit.ts.
declare const performance: { now(): number };
