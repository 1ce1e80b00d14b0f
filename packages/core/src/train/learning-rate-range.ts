import { NumericError, ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import type { Tensors } from '../ir/tree.ts';
import { expectCount, expectNumber, expectOptions } from '../options.ts';
import type { ScheduleFunction } from '../schedules/schedule.ts';
import { type AnyBatch, batchOf } from './batch.ts';
import { createTrainer } from './create-trainer.ts';
import { expectSource } from './expect-source.ts';
import type { BatchSource } from './sources.ts';
import type { Trainer, TrainerOptions } from './trainer.ts';

export interface LearningRateRangeOptions<
  In extends Tensors = Node,
  Out extends Tensors = Node,
  Target extends Tensors = Node,
> extends Omit<TrainerOptions<In, Out, Target, never>, 'metrics' | 'maxPrograms'> {
  /** Batches; begun anew when an epoch is over. */
  readonly train: BatchSource;
  /** The first rate. Default 1e-6. */
  readonly from?: number;
  /** The last rate, if the loss has not diverged before. Default 10. */
  readonly to?: number;
  /** How many rates are tried, each by one update. Default 100, at least 10. */
  readonly steps?: number;
  /** When it says so, the test ends with what it has. */
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** Called after each update, such as for a progress bar. */
  readonly onStep?: ((step: RangeStep) => void) | undefined;
}

/** One update of a range test. */
export interface RangeStep {
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  readonly rate: number;
  /** Of the batch, from before the update. */
  readonly loss: number;
}

/** What a range test found. Lists have an entry for each rate that was tried. */
export interface LearningRateRange {
  readonly rates: readonly number[];
  /** The loss of the batch that follows the update with the rate. */
  readonly losses: readonly number[];
  /** `losses`, each as the mean of those around it. */
  readonly smoothed: readonly number[];
  /** The rate at which the smoothed loss falls fastest, or `null` where it falls nowhere. */
  readonly suggestion: number | null;
  /** The rate from which on the loss was four times the best, or not finite, where the test ended; `null` where it never was. */
  readonly diverged: number | null;
}

const KNOWN: readonly string[] = [
  ...['model', 'loss', 'optimizer', 'backend', 'seed', 'parameters', 'freeze'],
  ...['train', 'from', 'to', 'steps', 'signal', 'onStep'],
];
/** As in Smith's own code and those after it. */
const DIVERGED = 4;
/** The mean of so many losses is compared with the best such mean. */
const LAST = 5;
/** Losses on either side that a smoothed one is the mean of. */
const AROUND = 4;
/** The loss has fallen if it did by so much of what it was at first. */
const LEAST_FALL = 0.02;

/**
 * The learning rate range test (Smith 2017, "Cyclical Learning Rates for Training Neural Networks"): one update with each rate, from a tiny one to
 * one that is far too large, on a copy of the network that is thrown away. The loss first stays, then falls, then explodes; a good rate is where
 * it falls. The optimizer's own rate is left out of account; those that its groups have stay as they are.
 * @throws ValueError for a range that is none and for a source without batches.
 */
export async function learningRateRange<In extends Tensors, Out extends Tensors, Target extends Tensors>(
  options: LearningRateRangeOptions<In, Out, Target>,
): Promise<LearningRateRange> {
  expectOptions('learningRateRange', options, KNOWN);
  const { train, from = 1e-6, to = 10, steps = 100, signal, onStep, ...given } = options;
  expectSource('learningRateRange.train', train);
  expectNumber('learningRateRange.from', from, { above: 0 });
  expectNumber('learningRateRange.to', to, { above: 0 });
  expectCount('learningRateRange', 'steps', steps, 10);
  if (to <= from) {
    throw new ValueError('learningRateRange: the last rate is above the first', {
      received: `from ${from} to ${to}`,
      expected: 'from < to, such as { from: 1e-6, to: 10 }',
    });
  }
  // The step after the last only shows what that one led to.
  const lr: ScheduleFunction = (step) => (step > steps ? 0 : from * (to / from) ** ((step - 1) / (steps - 1)));
  const trainer = await createTrainer({ ...given, optimizer: { ...given.optimizer, lr } } as unknown as TrainerOptions);
  try {
    return await tried(trainer, { train, steps, lr, signal, onStep });
  } finally {
    trainer.dispose();
  }
}

interface Trial
  extends Required<Pick<LearningRateRangeOptions, 'train' | 'steps'>>,
    Pick<LearningRateRangeOptions, 'signal' | 'onStep'> {
  readonly lr: ScheduleFunction;
}

async function tried(trainer: Trainer, { train, steps, lr, signal, onStep }: Trial): Promise<LearningRateRange> {
  const rates: number[] = [];
  const losses: number[] = [];
  let diverged: number | null = null;
  let updates = 0;
  let best = Number.POSITIVE_INFINITY;
  for await (const { x, y } of endless(train)) {
    // The loss of a step is that from before its update: what the rate of the update before has made of it.
    const loss = await lossOf(trainer.step(x as never, y as never), updates > 0);
    if (loss !== null && updates > 0) {
      rates.push(lr(updates));
      losses.push(loss);
    }
    // One bad batch does not end it.
    const last = losses.length < LAST ? best : mean(losses.slice(-LAST));
    best = Math.min(best, last);
    if (loss === null || (best > 0 && last > DIVERGED * best)) {
      diverged = lr(updates);
      break;
    }
    updates++;
    if (updates <= steps) onStep?.({ step: updates, steps, rate: lr(updates), loss });
    if (updates > steps || signal?.aborted === true) break;
  }
  const smoothed = losses.map((_, i) => mean(losses.slice(Math.max(0, i - AROUND), i + AROUND + 1)));
  return { rates, losses, smoothed, suggestion: steepest(rates, smoothed), diverged };
}

async function* endless(train: BatchSource): AsyncGenerator<AnyBatch> {
  for (let epoch = 0; ; epoch++) {
    let isEmpty = true;
    for await (const given of train.epoch(epoch)) {
      isEmpty = false;
      yield batchOf(given?.x, given?.y);
    }
    if (isEmpty) {
      throw new ValueError('learningRateRange: there is nothing to train on', {
        path: 'train',
        received: `no batches in epoch ${epoch}`,
        expected: 'at least one batch',
      });
    }
  }
}

/** The loss of a step, or `null` where it is not finite and may be so. */
async function lossOf(step: ReturnType<Trainer['step']>, mayDiverge: boolean): Promise<number | null> {
  try {
    return (await step).loss;
  } catch (error) {
    // Before the first update no rate is to blame: the error says what is.
    if (mayDiverge && error instanceof NumericError) return null;
    throw error;
  }
}

/** The rate before the lowest smoothed loss at which it falls most from its neighbours before to those after. */
function steepest(rates: readonly number[], smoothed: readonly number[]): number | null {
  const lowest = smoothed.indexOf(Math.min(...smoothed));
  const first = smoothed[0] ?? 0;
  if (lowest < 1 || first - (smoothed[lowest] as number) < LEAST_FALL * Math.abs(first)) return null;
  const fall = (i: number): number => (smoothed[Math.max(0, i - 1)] as number) - (smoothed[i + 1] as number);
  const falls = Array.from({ length: lowest }, (_, i) => fall(i));
  return rates[falls.indexOf(Math.max(...falls))] as number;
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
