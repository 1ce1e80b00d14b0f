import type { ComparedRun } from '../../state/comparison.ts';
import type { Experiment } from '../../state/experiment.ts';
import { type Job, keyOf } from './runner.ts';

/** Mean and standard deviation (with n − 1) of what several seeds gave; no deviation of one alone. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number | null;
  readonly count: number;
}

/** The numbers of a run after its last epoch, over all of its seeds that are done. */
export interface Outcome {
  readonly parameters: number | null;
  readonly trainLoss: Spread | null;
  /** Of the validation set where there is one, else of the test set. */
  readonly heldOutLoss: Spread | null;
  readonly lowestHeldOutLoss: Spread | null;
  readonly accuracy: Spread | null;
  readonly seconds: Spread | null;
}

/** The experiments of a run: one for each seed, from its own on. */
export function experimentsOf({ experiment, seeds }: ComparedRun): readonly Experiment[] {
  return Array.from({ length: seeds }, (_, i) => ({ ...experiment, seed: experiment.seed + i }));
}

/** The jobs of a run, in the order of its seeds, as far as there are some. */
export function jobsOf(run: ComparedRun, jobs: ReadonlyMap<string, Job>): readonly Job[] {
  return experimentsOf(run).flatMap((experiment) => jobs.get(keyOf(experiment)) ?? []);
}

export function outcomeOf(jobs: readonly Job[]): Outcome {
  const done = jobs.filter(({ status }) => status === 'done');
  const each = (read: (job: Job) => number | null | undefined): Spread | null => spreadOf(done.map(read));
  return {
    parameters: jobs.find(({ opened }) => opened !== null)?.opened?.parameterCount ?? null,
    trainLoss: each(({ epochs }) => epochs.at(-1)?.train.loss),
    heldOutLoss: each(({ epochs }) => heldOutLosses(epochs).at(-1)),
    lowestHeldOutLoss: each(({ epochs }) => {
      const losses = heldOutLosses(epochs).filter((loss) => !Number.isNaN(loss));
      return losses.length === 0 ? null : Math.min(...losses);
    }),
    accuracy: each(({ epochs }) => {
      const last = epochs.at(-1);
      return (last?.validation ?? last?.test ?? null)?.accuracy;
    }),
    seconds: each(({ epochs }) => epochs.reduce((sum, { seconds }) => sum + seconds, 0)),
  };
}

function heldOutLosses(epochs: Job['epochs']): readonly number[] {
  return epochs.flatMap(({ validation, test }) => (validation ?? test)?.loss ?? []);
}

/** `null` unless all numbers are known. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  const count = known.length;
  if (count === 0 || count < values.length) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, deviation: null, count };
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (count - 1)), count };
}

/** The mean of each value and of those before it, `window` in all; of fewer at the beginning. One that is no number makes those that count it none. */
export function trailingMeans(values: ArrayLike<number>, window: number): Float64Array {
  const means = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const from = Math.max(0, i - window + 1);
    let sum = 0;
    for (let k = from; k <= i; k++) sum += values[k] as number;
    means[i] = sum / (i - from + 1);
  }
  return means;
}

/** The mean of curves at each position that all have. */
export function meanCurve(curves: readonly ArrayLike<number>[]): Float64Array {
  const length = curves.length === 0 ? 0 : Math.min(...curves.map((curve) => curve.length));
  return Float64Array.from(
    { length },
    (_, i) => curves.reduce((sum, curve) => sum + (curve[i] as number), 0) / curves.length,
  );
}

/** Where two runs that differ in the engine alone are farthest apart in the losses of their batches. */
export interface EngineDifference {
  readonly engines: readonly [string, string];
  readonly steps: number;
  readonly difference: number;
  readonly step: number;
}

export function engineDifferences(jobs: readonly Job[]): readonly EngineDifference[] {
  const rest = ({ backend: _, ...others }: Experiment): string => keyOf(others as Experiment);
  return jobs.flatMap((one, i) =>
    jobs.slice(i + 1).flatMap((other) => {
      const same = rest(one.experiment) === rest(other.experiment);
      const steps = Math.min(one.curve.losses.length, other.curve.losses.length);
      if (!same || one.experiment.backend === other.experiment.backend || steps === 0) return [];
      let [difference, step] = [0, 1];
      for (let k = 0; k < steps; k++) {
        const apart = Math.abs((one.curve.losses[k] as number) - (other.curve.losses[k] as number));
        if (apart > difference || Number.isNaN(apart)) [difference, step] = [apart, k + 1];
        if (Number.isNaN(apart)) break;
      }
      return [{ engines: [one.experiment.backend, other.experiment.backend] as const, steps, difference, step }];
    }),
  );
}
