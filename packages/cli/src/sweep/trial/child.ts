import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMAND, runApart } from '../../apart.ts';
import { InterruptedError } from '../../errors.ts';
import { type TrialJob, trialFolder } from './job.ts';
import { type Outcome, readOutcome } from './outcome.ts';

export const PROGRAM: string = fileURLToPath(COMMAND);

export interface ChildOptions {
  /** Folder of the sweep. */
  readonly sweep: string;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** A process that ended without an outcome. */
export class DeadTrial extends Error {
  override readonly name = 'DeadTrial';
}

/**
 * Runs a trial in a process of its own, which writes what it says into `log.txt` in the folder of the trial.
 * @throws InterruptedError when `signal` stopped it, DeadTrial when it ended without an outcome.
 */
export async function runInChild(job: TrialJob, { sweep, threads, signal }: ChildOptions): Promise<Outcome> {
  const folder = trialFolder(sweep, job.trial);
  await mkdir(folder, { recursive: true });
  const log = await open(join(folder, 'log.txt'), 'a');
  try {
    const words = ['sweep', 'trial', sweep, ...[job.trial, job.epochs, threads].map(String)];
    const { how } = await runApart({
      ...{ program: COMMAND, words, signal, endBy: 'SIGTERM' },
      ...{ log: log.fd, env: { ...threadsOfLibraries(threads), ...process.env } },
    });
    const outcome = await readOutcome(folder, job.epochs);
    if (outcome !== undefined) return outcome;
    if (signal.aborted) throw new InterruptedError(`trial ${job.trial} was stopped`);
    throw new DeadTrial(`its process ended without a result (${how}); ${join(folder, 'log.txt')} says more`);
  } finally {
    await log.close();
  }
}

/** What TensorFlow and OpenMP look at. */
function threadsOfLibraries(threads: number): Readonly<Record<string, string>> {
  const names = ['OMP_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS'];
  return Object.fromEntries(names.map((name) => [name, String(threads)]));
}
