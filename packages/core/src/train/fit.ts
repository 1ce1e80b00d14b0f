import { ValueError } from '../errors.ts';
import type { Batch } from './batch.ts';
import { type Metrics, Totals } from './metrics.ts';
import type { ResidentData, Trainer } from './trainer.ts';

/** Batches of a data set by epoch, such as a `loader` of `@descent/datasets` makes. */
export interface BatchSource {
  /** Batches an epoch. */
  readonly length: number;
  readonly batchSize: number;
  /** The batches of one epoch, counted from 0; the order may depend on it. */
  epoch(epoch: number): Iterable<Batch> | AsyncIterable<Batch>;
  /** When the samples lie in memory as they are: then they move to the device once, and only row numbers travel. */
  readonly dataset?: Batch;
  /** With `dataset`: the rows of an epoch, in order. */
  indices?(epoch: number): Uint32Array;
}

export type FitEvent =
  | {
      readonly type: 'step';
      readonly epoch: number;
      readonly step: number;
      readonly steps: number;
      readonly metrics: Metrics;
    }
  | ({ readonly type: 'epoch' } & EpochRecord);

/** What is known after an epoch; epochs count from 1. */
export interface EpochRecord {
  readonly epoch: number;
  readonly train: Metrics;
  readonly test: Metrics | null;
  /** Wall time of training and evaluation in seconds. */
  readonly seconds: number;
}

export interface FitOptions {
  readonly train: BatchSource;
  /** Evaluated after each epoch. */
  readonly test?: BatchSource;
  readonly epochs: number;
  /** Number of the first epoch, to go on with an earlier run. Default 1. */
  readonly firstEpoch?: number;
  /** Gets one line an epoch; `null` for silence. Default: the console. */
  readonly log?: ((line: string) => void) | null;
  readonly onEvent?: (event: FitEvent) => void;
}

/** Time that one call of the backend should take at most, so that progress shows and the event loop breathes. */
const RUN_SECONDS = 0.05;
const MAX_STEPS_PER_RUN = 64;

/**
 * Trains for `epochs` epochs and evaluates on `test` after each; logs the line
 * `epoch 1, train_loss 0.4312, train_accuracy 0.8775, test_accuracy 0.9312`.
 * @throws NumericError when the loss is not finite, and whatever the data source throws.
 */
export async function fit(trainer: Trainer, options: FitOptions): Promise<readonly EpochRecord[]> {
  const { train, test, epochs, firstEpoch = 1, log = defaultLog, onEvent } = options;
  if (!Number.isSafeInteger(epochs) || epochs < 1) {
    throw new ValueError('fit was given an invalid number of epochs', {
      path: 'epochs',
      received: String(epochs),
      expected: 'an integer of at least 1',
    });
  }
  if (train.length === 0)
    throw new ValueError('there is nothing to train on', {
      path: 'train',
      received: 'no batches',
      fix: 'use a smaller batchSize, or dropLast: false',
    });
  const trainEpoch = await epochTrainer(trainer, train);
  const evaluate = test === undefined ? null : await evaluator(trainer, test);
  const records: EpochRecord[] = [];
  for (let epoch = firstEpoch; epoch < firstEpoch + epochs; epoch++) {
    const start = now();
    const total = new Totals();
    let step = 0;
    await trainEpoch(epoch - 1, (metrics, samples) => {
      total.add(metrics, samples);
      step++;
      onEvent?.({ type: 'step', epoch, step, steps: train.length, metrics });
    });
    const record: EpochRecord = {
      epoch,
      train: total.mean(),
      test: evaluate === null ? null : await evaluate(),
      seconds: (now() - start) / 1000,
    };
    records.push(record);
    log?.(formatEpoch(record));
    onEvent?.({ type: 'epoch', ...record });
  }
  return records;
}

/** The notes' line: `epoch 1, train_loss …, train_accuracy …, test_accuracy …`. */
export function formatEpoch({ epoch, train, test }: EpochRecord): string {
  const { loss, ...metrics } = train;
  const parts = [
    `epoch ${epoch}`,
    `train_loss ${loss.toFixed(4)}`,
    ...Object.entries(metrics).map(([name, v]) => `train_${name} ${v.toFixed(4)}`),
  ];
  if (test !== null) {
    const shown =
      Object.keys(metrics).length === 0
        ? Object.entries(test)
        : Object.entries(test).filter(([name]) => name !== 'loss');
    parts.push(...shown.map(([name, v]) => `test_${name} ${v.toFixed(4)}`));
  }
  return parts.join(', ');
}

type OnStep = (metrics: Metrics, samples: number) => void;

async function epochTrainer(
  trainer: Trainer,
  source: BatchSource,
): Promise<(epoch: number, onStep: OnStep) => Promise<void>> {
  const { dataset, batchSize } = source;
  const indices = source.indices?.bind(source);
  if (dataset === undefined || indices === undefined) {
    return async (epoch, onStep) => {
      for await (const { x, y } of source.epoch(epoch)) onStep(await trainer.step(x, y), x.shape[0] as number);
    };
  }
  const resident = await trainer.resident(dataset);
  const pace = new Pace();
  return (epoch, onStep) => trainRows(resident, indices(epoch), batchSize, pace, onStep);
}

/** Trains on all `rows`, several steps in one run of the backend where steps are short. */
async function trainRows(
  resident: ResidentData,
  rows: Uint32Array,
  batchSize: number,
  pace: Pace,
  onStep: OnStep,
): Promise<void> {
  for (let start = 0; start < rows.length; ) {
    const steps = pace.steps;
    const part = rows.subarray(start, Math.min(start + steps * batchSize, rows.length));
    const begun = now();
    const results = await resident.train(part, batchSize);
    pace.measured(results.length, (now() - begun) / 1000);
    for (const [i, metrics] of results.entries()) onStep(metrics, Math.min(batchSize, part.length - i * batchSize));
    start += part.length;
  }
}

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

async function evaluator(trainer: Trainer, source: BatchSource): Promise<() => Promise<Metrics>> {
  const { dataset, batchSize } = source;
  const indices = source.indices?.bind(source);
  if (dataset === undefined || indices === undefined) return () => trainer.evaluate(source.epoch(0));
  const resident = await trainer.resident(dataset);
  return () => resident.evaluate(batchSize, indices(0));
}

// Present in every JavaScript host, but not in the language's own library types, which is all that core builds on.
declare const console: { log(line: string): void };
declare const performance: { now(): number };

function defaultLog(line: string): void {
  console.log(line);
}

function now(): number {
  return performance.now();
}
