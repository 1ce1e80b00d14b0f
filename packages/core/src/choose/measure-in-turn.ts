import type { BackendDescription } from '../backend/description.ts';
import { expectKind, expectOptions } from '../options.ts';
import { expectCandidate, TRIAL_OPTIONS, type Trial, type TrialOptions, tryTraining } from './trial.ts';

/** A backend that can be chosen; every `BackendDescription` is one. */
export type Candidate = Pick<BackendDescription, 'name' | 'open' | 'isLastResort'>;

/** Measures candidates, each for at most `timeout` milliseconds: one result for each. */
export type Measure = (candidates: readonly Candidate[], timeout: number) => Promise<readonly Trial[]>;

/** Measures one candidate after the other in this thread. One that blocks the thread cannot be stopped. */
export function measureInTurn(options: TrialOptions = {}): Measure {
  expectOptions('measureInTurn', options, TRIAL_OPTIONS);
  return async (candidates, timeout) => {
    expectKind('candidates', candidates, 'list', 'onnxBackends');
    for (const candidate of candidates) expectCandidate(candidate);
    const trials: Trial[] = [];
    for (const candidate of candidates) {
      trials.push(await withDeadline(candidate.name, tryTraining(candidate, options), timeout));
    }
    return trials;
  };
}

async function withDeadline(name: string, trial: Promise<Trial>, timeout: number): Promise<Trial> {
  let timer: unknown;
  const late = new Promise<Trial>((resolve) => {
    timer = setTimeout(() => resolve({ name, state: 'failed', problem: tooLate(timeout) }), timeout);
  });
  return Promise.race([trial, late]).finally(() => clearTimeout(timer));
}

/** What is said of a candidate that did not end in time. */
export function tooLate(timeout: number): string {
  return `it did not end within ${timeout / 1000} s`;
}

// What hosts offer, which is not part of the language's own library types, all that core builds on.
declare const setTimeout: (then: () => void, ms: number) => unknown;
declare const clearTimeout: (timer: unknown) => void;
