import { resolve } from 'node:path';
import { type Io, print } from '../../io.ts';
import type { TrialJob } from './job.ts';
import { runTrial } from './run-trial.ts';

/** What the process of one trial does: it stops, with a checkpoint, when it is told to or when the process that started it is gone. */
export async function trialProcess(folder: string, job: TrialJob, threads: number, io: Io): Promise<void> {
  const orphaned = new AbortController();
  const orphan = (): void => orphaned.abort();
  process.once('disconnect', orphan);
  try {
    const signal = AbortSignal.any([io.signal, orphaned.signal]);
    const outcome = await runTrial(resolve(io.cwd, folder), job, threads, { ...io, signal });
    print(io.out, JSON.stringify(outcome));
  } finally {
    process.off('disconnect', orphan);
    // The channel to the process that started this one would keep it alive.
    if (process.connected) process.disconnect();
  }
}
