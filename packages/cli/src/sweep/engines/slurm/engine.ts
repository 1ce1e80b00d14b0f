import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder, writeAtomically } from '@descent/files';
import { InterruptedError } from '../../../errors.ts';
import { PROGRAM } from '../../trial/child.ts';
import { type TrialJob, trialFolder } from '../../trial/job.ts';
import { type Outcome, readOutcome } from '../../trial/outcome.ts';
import { type Engine, lost } from '../engine.ts';
import { sbatch, squeue } from './commands.ts';
import { arrayOf, slurmFolder, slurmScript } from './script.ts';

export interface SlurmOptions {
  /** Folder of the sweep, on storage that all nodes share. */
  readonly sweep: string;
  readonly id: string;
  readonly cwd: string;
  /** Trials at a time; `null`: as many as Slurm runs. */
  readonly parallel: number | null;
  readonly trials: number;
  readonly threads: number;
  readonly retries: number;
  /** Further options of `sbatch`. */
  readonly sbatch: readonly string[];
  readonly signal: AbortSignal;
  /** Between two looks into the queue. Default 5 s. */
  readonly pollMs?: number;
}

interface Waiting {
  readonly job: TrialJob;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
  /** How often it was given to Slurm; 0 until it was looked for in the queue. */
  submitted: number;
  /** Looks in a row that found neither a task nor an outcome. */
  missed: number;
}

/** Shared storage shows a file a little after it was written. */
const MOST_MISSED = 3;

/**
 * Runs trials as tasks of job arrays. Nothing is remembered besides the folder of the sweep and the queue of Slurm: a task is found by the name of its job and
 * its number, so that a sweep that was stopped finds those it began. A task that is gone without an outcome, such as at its time limit, is submitted again,
 * and goes on from its checkpoint.
 */
export function slurmEngine(options: SlurmOptions): Engine {
  const { sweep, id, cwd, parallel, trials, threads, retries, signal, pollMs = 5_000 } = options;
  const waiting = new Set<Waiting>();
  const nameOf = (epochs: number): string => `descent-${id.slice(0, 8)}-e${epochs}`;
  let looking: Promise<void> | null = null;

  const submit = async (some: readonly Waiting[]): Promise<void> => {
    const folder = slurmFolder(sweep);
    await makeFolder(folder);
    for (const epochs of new Set(some.map(({ job }) => job.epochs))) {
      const of = some.filter(({ job }) => job.epochs === epochs);
      const script = join(folder, `epochs-${epochs}.sh`);
      const command = [process.execPath, PROGRAM];
      await writeAtomically(script, slurmScript({ name: nameOf(epochs), sweep, cwd, command, epochs, threads }));
      const array = `${arrayOf(of.map(({ job }) => job.trial))}${parallel === null ? '' : `%${parallel}`}`;
      await sbatch([`--array=${array}`, ...options.sbatch], script);
      for (const one of of) {
        one.submitted++;
        one.missed = 0;
      }
    }
  };

  /** One look: outcomes are handed out, and what is neither there nor in the queue is given to Slurm. */
  const look = async (): Promise<void> => {
    for (const one of waiting) {
      const outcome = await readOutcome(trialFolder(sweep, one.job.trial), one.job.epochs);
      if (outcome === undefined) continue;
      waiting.delete(one);
      one.resolve(outcome);
    }
    if (waiting.size === 0) return;
    const tasks = await squeue([...new Set([...waiting].map(({ job }) => nameOf(job.epochs)))]);
    const isQueued = ({ job }: Waiting): boolean =>
      tasks.some(({ name, task }) => name === nameOf(job.epochs) && task === job.trial);
    for (const one of waiting) one.missed = isQueued(one) ? 0 : one.missed + 1;
    const gone = [...waiting].filter((one) => !isQueued(one) && (one.submitted === 0 || one.missed >= MOST_MISSED));
    for (const one of gone.filter(({ submitted }) => submitted > retries)) {
      waiting.delete(one);
      const log = join(slurmFolder(sweep), `trial-${one.job.trial}.log`);
      one.resolve(lost(one.job, `its task ended without a result; submitted ${one.submitted} times; ${log} says more`));
    }
    await submit(gone.filter((one) => waiting.has(one)));
    // Found in the queue: an earlier life of this sweep has submitted it.
    for (const one of waiting) if (isQueued(one) && one.submitted === 0) one.submitted = 1;
  };

  const keepLooking = async (): Promise<void> => {
    try {
      // Jobs that begin together are submitted together.
      await sleep(50);
      while (waiting.size > 0 && !signal.aborted) {
        await look();
        if (waiting.size > 0) await sleep(pollMs, undefined, { signal }).catch(() => {});
      }
      for (const { reject } of waiting) reject(new InterruptedError('the sweep was stopped'));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    } finally {
      waiting.clear();
      looking = null;
    }
  };

  return {
    label: `job arrays of Slurm named descent-${id.slice(0, 8)}, ${threads === 1 ? 'one core' : `${threads} cores`} a trial`,
    slots: parallel ?? trials,
    whenStopped: `its jobs go on in Slurm; scancel --name=${nameOf(0).slice(0, -3)}-e<epochs> ends them`,
    run(job) {
      if (signal.aborted) return Promise.reject(new InterruptedError('the sweep was stopped'));
      return new Promise((resolve, reject) => {
        waiting.add({ job, resolve, reject, submitted: 0, missed: 0 });
        looking ??= keepLooking();
      });
    },
    close: async () => {
      await looking;
    },
  };
}
