import { type Callback, type EpochRecord, type FitContext, fit } from '@descent/core';
import { evaluated, type Network } from './network.ts';
import type { EpochScores, Scores, SessionEvent } from './protocol.ts';
import { type StepGroups, type Stopwatch, stepGroups, stopwatch } from './steps.ts';
import type { Turns } from './turns.ts';

/** What a run tells the page while it trains. */
export interface Telling {
  readonly emit: (event: SessionEvent) => void;
  readonly groups: StepGroups;
  /** Of the current epoch, without pauses. */
  readonly watch: Stopwatch;
}

export function createTelling(emit: (event: SessionEvent) => void, now: () => number): Telling {
  return { emit, groups: stepGroups(emit, now), watch: stopwatch(now) };
}

/** Where a part of training ends. */
export interface Segment {
  /** Number of the last epoch. */
  readonly epochs: number;
  /** One step only. */
  readonly isSingle?: boolean;
}

/**
 * Trains on from where `network` stands, as `descent train` does: the same batches, the same steps, the same evaluation after each epoch. Ends
 * early when `turns` says so; `network.position` says where. Gives whether all epochs are done.
 */
export async function trainSegment(
  network: Network,
  { epochs, isSingle = false }: Segment,
  { emit, groups, watch }: Telling,
  signal: Turns['signal'],
): Promise<boolean> {
  const { sets, trainer, batches } = network;
  const begun = network.position();
  if (begun.epoch > epochs) return true;
  const keeping: Callback = {
    onStart(context) {
      network.position = () => context.position;
    },
    ...(isSingle && { everySteps: 1, onSteps: (given: FitContext) => given.stop('one step') }),
  };
  watch.start();
  try {
    const { findings } = await fit(trainer, {
      train: batches,
      ...(sets.validation !== null && { validation: evaluated(sets.validation) }),
      ...(sets.test !== null && { test: evaluated(sets.test) }),
      resume: begun,
      epochs,
      log: null,
      ...(!isSingle && { signal }),
      callbacks: [keeping],
      onEvent(event) {
        if (event.type === 'step') {
          groups.add((event.epoch - 1) * event.steps + event.step, ...numbersOf(event.metrics));
        } else {
          groups.flush();
          emit({ type: 'epoch', scores: { ...epochScores(event), seconds: watch.lap() } });
        }
      },
    });
    const reached = network.position();
    network.position = () => reached;
    const isDone = reached.epoch > epochs;
    if (isDone) emit({ type: 'findings', findings });
    return isDone;
  } finally {
    watch.stop();
    groups.flush();
  }
}

export function scoresOf(metrics: Readonly<Record<string, number>>): Scores {
  const [loss, accuracy] = numbersOf(metrics);
  return { loss, accuracy };
}

export function epochScores({ epoch, train, validation, test, seconds }: EpochRecord): EpochScores {
  return {
    epoch,
    train: scoresOf(train),
    validation: validation && scoresOf(validation),
    test: test && scoresOf(test),
    seconds,
  };
}

function numbersOf(metrics: Readonly<Record<string, number>>): readonly [loss: number, accuracy: number | null] {
  return [metrics['loss'] as number, metrics['accuracy'] ?? null];
}
