import type { RunFacts } from '../diagnose/facts.ts';
import { type Finding, formatFinding } from '../diagnose/finding.ts';
import { prefixPath } from '../errors.ts';
import { rateCallbacks } from '../optimizers/optimizer.ts';
import { expectKind } from '../options.ts';
import { areFitOptions, isTrainer } from './are-fit-options.ts';
import type { Callback, FitContext } from './callback.ts';
import { type EpochTrainer, epochEvaluator, epochTrainer } from './epoch.ts';
import { type Metrics, Totals, type TotalsState } from './metrics.ts';
import { observed } from './observed.ts';
import { diagnosed, refusals } from './on-demand.ts';
import { MAX_RESIDENT_BYTES, type Residency, residency } from './residency.ts';
import type { BatchSource } from './sources.ts';
import { areTargets } from './targets.ts';
import type { AnyTrainer, Trainer } from './trainer.ts';
import type { MetricPath } from './watch.ts';

export type FitEvent<Name extends string = string> =
  | {
      readonly type: 'step';
      readonly epoch: number;
      readonly step: number;
      readonly steps: number;
      readonly metrics: Metrics<Name>;
    }
  | ({ readonly type: 'epoch' } & EpochRecord<Name>);

/** What is known after an epoch; epochs count from 1. */
export interface EpochRecord<Name extends string = string> {
  readonly epoch: number;
  readonly train: Metrics<Name>;
  readonly validation: Metrics<Name> | null;
  readonly test: Metrics<Name> | null;
  /** Wall time of training and evaluation in seconds. */
  readonly seconds: number;
}

/** Where training stands: plain data. Given back as `resume`, training goes on as if it had never stopped. */
export interface FitPosition {
  /** The current epoch, from 1. */
  readonly epoch: number;
  /** Batches of it that are done. */
  readonly step: number;
  /** Sums over these batches. */
  readonly totals: TotalsState;
  /** The epochs before. */
  readonly history: readonly EpochRecord[];
}

export interface FitResult<Name extends string = string> {
  readonly history: readonly EpochRecord<Name>[];
  /** Why training ended before its time, or `null`. */
  readonly stopped: string | null;
  /** What the run suffers from, such as overfitting; also logged. */
  readonly findings: readonly Finding[];
  /** What the findings rest on; plain data, for `diagnoseRun`. */
  readonly facts: RunFacts;
}

export interface FitOptions<Name extends string = string> {
  readonly train: BatchSource;
  /** Evaluated after each epoch; what decisions such as early stopping are based on. */
  readonly validation?: BatchSource;
  /** Evaluated after each epoch; for reporting only. */
  readonly test?: BatchSource;
  /** Number of the last epoch. */
  readonly epochs: number;
  readonly callbacks?: readonly Callback<Name, MetricPath<Name>>[];
  /** Where an earlier `fit` stood; load the trainer's state first. */
  readonly resume?: FitPosition;
  /** When it says so, training ends or waits after the current run of steps. An `AbortSignal` fits; `trainingControl()` can pause, too. */
  readonly signal?: { readonly aborted: boolean; readonly resumed?: Promise<void> | null };
  /**
   * Data sets in memory move to the device, and only row numbers travel, while they are at most so many bytes together; they are freed when `fit`
   * ends. 0: none. Default 512 MiB.
   */
  readonly maxResidentBytes?: number;
  /** Gets one line an epoch; `null` for silence. Default: the console. */
  readonly log?: ((line: string) => void) | null;
  /** Called at once after each step and epoch, such as for a progress bar; not awaited. */
  readonly onEvent?: (event: FitEvent<Name>) => void;
}

const START: FitPosition = { epoch: 1, step: 0, totals: { sums: {}, samples: 0 }, history: [] };

/**
 * Trains for `epochs` epochs and evaluates after each; logs the line
 * `epoch 1, train_loss 0.4312, train_accuracy 0.8775, test_accuracy 0.9312`.
 * @throws NumericError when the loss is not finite, and whatever the data source or a callback throws.
 */
export async function fit<Name extends string>(
  trainer: AnyTrainer<Name>,
  options: FitOptions<NoInfer<Name>>,
): Promise<FitResult<Name>> {
  if (!isTrainer(trainer)) throw (await refusals()).noTrainer('fit', trainer);
  if (!areFitOptions(options)) (await refusals()).expectFitOptions(options);
  const placed = residency(trainer, options.maxResidentBytes ?? MAX_RESIDENT_BYTES);
  try {
    return await run(trainer, options, placed);
  } finally {
    placed.release();
  }
}

async function run<Name extends string>(
  trainer: Trainer,
  options: FitOptions<NoInfer<Name>>,
  placed: Residency,
): Promise<FitResult<Name>> {
  const {
    train,
    validation,
    test,
    epochs,
    callbacks: given = [],
    resume = START,
    signal,
    log = defaultLog,
    onEvent,
  } = options;
  // A trainer of another make may say nothing of its optimizer.
  const optimizer = trainer.options?.optimizer;
  const followed = optimizer === undefined ? [] : (rateCallbacks(optimizer) as Callback[]);
  const callbacks = [...new Set([...followed, ...given])];
  for (const [role, source] of Object.entries({ train, validation, test })) await expectTargets(trainer, role, source);
  const sources = {
    train: observed(train),
    validation: validation && observed(validation),
    test: test && observed(test),
  };
  const trainEpoch: EpochTrainer = await epochTrainer(trainer, sources.train.source, placed);
  const evaluators = {
    validation: await epochEvaluator(trainer, sources.validation?.source, placed),
    test: await epochEvaluator(trainer, sources.test?.source, placed),
  };
  const history = [...resume.history];
  // A copy of the history costs time with every epoch more, so positions are made only for those who look.
  let position = (): FitPosition => resume;
  let stopped: string | null = null;
  let firstLoss: number | null = null;
  const context: FitContext = {
    trainer,
    get position() {
      return position();
    },
    sets: [
      'train',
      ...(validation === undefined ? [] : ['validation' as const]),
      ...(test === undefined ? [] : ['test' as const]),
    ],
    stop(reason) {
      stopped ??= reason;
    },
  };
  const isStopped = (): boolean => {
    if (signal?.aborted === true) context.stop('it was told to');
    return stopped !== null;
  };

  const whilePaused = async (): Promise<void> => {
    // Again and again, since it may be paused once more before this goes on.
    while (signal?.resumed != null) await signal.resumed;
  };

  for (const callback of callbacks) await callback.onStart?.(context);
  await whilePaused();
  for (let epoch = resume.epoch; epoch <= epochs && !isStopped(); epoch++) {
    const start = now();
    const first = epoch === resume.epoch ? resume : START;
    const total = new Totals(first.totals, trainer.options?.metrics);
    let step = first.step;
    await trainEpoch({
      epoch: epoch - 1,
      firstStep: step,
      callbacks,
      onStep(metrics, samples) {
        if (resume === START && epoch === 1 && step === 0) firstLoss = metrics.loss;
        total.add(metrics, samples);
        step++;
        onEvent?.({ type: 'step', epoch, step, steps: train.length, metrics });
      },
      async onPause(due) {
        position = () => ({ epoch, step, totals: total.state, history: [...history] });
        for (const callback of due) await callback.onSteps?.(context);
        await whilePaused();
        return !isStopped();
      },
    });
    if (isStopped() && step < train.length) break;
    const record: EpochRecord = {
      epoch,
      train: total.mean(),
      validation: await evaluators.validation(),
      test: await evaluators.test(),
      seconds: (now() - start) / 1000,
    };
    history.push(record);
    position = () => ({ ...START, epoch: epoch + 1, history: [...history] });
    log?.(formatEpoch(record));
    onEvent?.({ type: 'epoch', ...record });
    for (const callback of callbacks) await callback.onEpoch?.(record, context);
  }
  const notes = {
    history,
    stepsPerEpoch: train.length,
    firstLoss,
    train: sources.train,
    heldOut: sources.validation ?? sources.test ?? null,
  };
  const result: FitResult = { history, stopped, ...(await diagnosed(trainer, notes, log)) };
  for (const finding of result.findings) log?.(formatFinding(finding));
  for (const callback of callbacks) await callback.onEnd?.(result, context);
  return result;
}

/** Throws for targets that a step or an evaluation would refuse after hours; those of data in memory are looked at as they move to the device. */
async function expectTargets({ options }: AnyTrainer, role: string, source: BatchSource | undefined): Promise<void> {
  const { targets } = source ?? {};
  if (targets === undefined || areTargets(options, targets.sample, targets.y)) return;
  const { checkTargets } = await refusals();
  try {
    checkTargets(options, targets.sample, targets.y);
  } catch (error) {
    throw prefixPath(error, role);
  }
}

/** The notes' line: `epoch 1, train_loss …, train_accuracy …, test_accuracy …`. */
export function formatEpoch(record: EpochRecord): string {
  expectKind('record', record, { epoch: 'number', train: 'record' }, '(await fit(…)).history[0]');
  const { epoch, train, validation = null, test = null } = record;
  const all = (set: string, metrics: Metrics): string[] =>
    Object.entries(metrics).map(([name, v]) => `${set}_${name} ${v.toFixed(4)}`);
  // The test loss is shown only when there is nothing else to show.
  const tested =
    test !== null && Object.keys(test).length > 1
      ? Object.fromEntries(Object.entries(test).filter(([name]) => name !== 'loss'))
      : test;
  return [
    `epoch ${epoch}`,
    ...all('train', train),
    ...(validation === null ? [] : all('validation', validation)),
    ...(tested === null ? [] : all('test', tested as Metrics)),
  ].join(', ');
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
