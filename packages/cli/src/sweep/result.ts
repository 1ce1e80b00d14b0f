import type { MetricPath, Mode } from '@descent/core';
import type { SamplerName, SweepDefinition } from './definition.ts';
import { type Importance, importanceOf } from './importance/importance.ts';
import type { Space, Values } from './space/parameter.ts';
import { lastOutcome, ranked, type Trial } from './state.ts';
import { runFolder } from './trial/job.ts';
import type { Outcome } from './trial/outcome.ts';

/** A trial as results have it. */
export interface TrialResult extends Omit<Outcome, 'trial'> {
  readonly trial: number;
  readonly values: Values;
  /** Folder of its run. */
  readonly run: string;
}

/** What came of a sweep. */
export interface SweepResult {
  readonly folder: string;
  readonly space: Space;
  readonly sampler: SamplerName;
  readonly metric: MetricPath;
  readonly mode: Mode;
  /** The best first. */
  readonly trials: readonly TrialResult[];
  readonly best: TrialResult | null;
  readonly importance: Importance;
}

/** The trials that came to something, the best first, and what mattered. */
export function sweepResult(definition: SweepDefinition, folder: string, trials: readonly Trial[]): SweepResult {
  const { space, sampler, metric, mode } = definition;
  const results = ranked(trials, mode).flatMap((trial): TrialResult[] => {
    const outcome = lastOutcome(trial);
    return outcome === undefined ? [] : [{ ...outcome, values: trial.values, run: runFolder(folder, trial.trial) }];
  });
  const [first] = results;
  return {
    ...{ folder, space, sampler, metric, mode },
    trials: results,
    best: first === undefined || first.value === null ? null : first,
    importance: importanceOf(space, trials),
  };
}
