import type { Mode } from '@descent/core';
import { compared, type Trial } from './state.ts';
import type { TrialJob } from './trial/job.ts';

/** So many trials are trained for so many epochs in all. */
export interface Rung {
  readonly epochs: number;
  readonly trials: number;
}

/**
 * Successive halving: all trials for a few epochs, the best `1 / eta` of them for `eta` times as many, and so on up to `epochs`. Rung after rung, so that the
 * result does not depend on how many run at a time, nor on which is done first, as it does where each is promoted at once (ASHA).
 */
export function halvingRungs(options: {
  readonly trials: number;
  readonly epochs: number;
  readonly least: number;
  readonly eta: number;
}): readonly Rung[] {
  const { trials, epochs, least, eta } = options;
  const rungs: Rung[] = [];
  for (let [count, budget] = [trials, least]; ; [count, budget] = [Math.ceil(count / eta), budget * eta]) {
    const isLast = budget >= epochs || count === 1;
    // One that is left alone is trained to the end.
    rungs.push({ epochs: isLast ? epochs : budget, trials: count });
    if (isLast) return rungs;
  }
}

/** What can be done next: jobs of trials that are there, and how many new trials may begin. */
export interface Next {
  readonly jobs: readonly TrialJob[];
  readonly fresh: number;
  /** Nothing is left to be done, now or later. */
  readonly isOver: boolean;
}

/** What is left to be done on the first rung that is not complete. Jobs that run are among `jobs`. */
export function nextJobs(rungs: readonly Rung[], trials: readonly Trial[], mode: Mode): Next {
  let members = trials;
  for (const [i, { epochs, trials: count }] of rungs.entries()) {
    if (i > 0) members = promoted(members, rungs[i - 1] as Rung, count, mode);
    // A sweep that goes on with fewer trials than it had does not lose any.
    const open = members.filter((trial) => outcomeAt(trial, epochs) === undefined);
    const fresh = i === 0 ? Math.max(0, count - trials.length) : 0;
    if (open.length > 0 || fresh > 0)
      return { jobs: open.map(({ trial }) => ({ trial, epochs })), fresh, isOver: false };
  }
  return { jobs: [], fresh: 0, isOver: true };
}

/** Those that are trained further: the best of a rung, and only such as have a number. */
function promoted(members: readonly Trial[], { epochs }: Rung, count: number, mode: Mode): readonly Trial[] {
  return members
    .filter((trial) => outcomeAt(trial, epochs)?.value != null)
    .sort((a, b) => compared(outcomeAt(a, epochs), outcomeAt(b, epochs), mode) || a.trial - b.trial)
    .slice(0, count);
}

function outcomeAt(trial: Trial, epochs: number): Trial['outcomes'][number] | undefined {
  return trial.outcomes.find((outcome) => outcome.epochs === epochs);
}
