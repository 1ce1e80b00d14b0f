import type { Mode } from '@descent/core';
import type { Values } from './space/parameter.ts';
import type { Outcome } from './trial/outcome.ts';

/** A trial, with what it came to after each number of epochs that it was trained for. */
export interface Trial {
  readonly trial: number;
  readonly values: Values;
  /** Its number in the study of Optuna, where that chose its values. */
  readonly optuna?: number;
  /** By epochs, the fewest first. */
  readonly outcomes: readonly Outcome[];
}

/** What is written about a sweep as it goes, one a line. */
export type SweepEvent =
  | ({ readonly event: 'trial' } & Omit<Trial, 'outcomes'>)
  | ({ readonly event: 'outcome' } & Outcome);

/** Trials by their numbers, after these events. Of two outcomes of the same trial and epochs the first counts. */
export function trialsAfter(events: readonly SweepEvent[]): readonly Trial[] {
  const trials = new Map<number, Trial>();
  for (const one of events) {
    const known = trials.get(one.trial);
    if (one.event === 'trial') {
      const { event: _, ...trial } = one;
      if (known === undefined) trials.set(one.trial, { ...trial, outcomes: [] });
    } else if (known !== undefined && !known.outcomes.some(({ epochs }) => epochs === one.epochs)) {
      const { event: _, ...outcome } = one;
      const outcomes = [...known.outcomes, outcome].sort((a, b) => a.epochs - b.epochs);
      trials.set(one.trial, { ...known, outcomes });
    }
  }
  return [...trials.values()].sort((a, b) => a.trial - b.trial);
}

export function lastOutcome(trial: Trial): Outcome | undefined {
  return trial.outcomes.at(-1);
}

/**
 * The better one first: a number before none, then more epochs, then the better number, then the earlier trial. Numbers after different numbers of epochs say
 * nothing about each other; what was trained for longer was the better one when they were equal.
 */
export function ranked(trials: readonly Trial[], mode: Mode): readonly Trial[] {
  return [...trials].sort((a, b) => compared(lastOutcome(a), lastOutcome(b), mode) || a.trial - b.trial);
}

export function compared(a: Outcome | undefined, b: Outcome | undefined, mode: Mode): number {
  const [x, y] = [a?.value ?? null, b?.value ?? null];
  if (x === null || y === null) return Number(x === null) - Number(y === null);
  const more = (b as Outcome).epochs - (a as Outcome).epochs;
  return more || (mode === 'min' ? x - y : y - x);
}
