import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DescentError } from '@descent/core';
import { reason } from '../../../errors.ts';

const run = promisify(execFile);

/** Gives a script to Slurm as a job array; returns the number of the job. */
export async function sbatch(words: readonly string[], script: string): Promise<string> {
  const text = await slurm('sbatch', ['--parsable', ...words, script]);
  // With several clusters, the name of one stands behind it.
  return text.trim().split(';', 1)[0] as string;
}

/** A task that waits or runs. */
export interface QueuedTask {
  readonly name: string;
  readonly task: number;
  readonly state: string;
}

/** The tasks of these names that Slurm has not ended yet. */
export async function squeue(names: readonly string[]): Promise<readonly QueuedTask[]> {
  const text = await slurm('squeue', ['--noheader', '--array', '--format=%j %K %T', `--name=${names.join(',')}`]);
  return text.split('\n').flatMap((line) => {
    const [name = '', task = '', state = ''] = line.trim().split(/\s+/);
    return /^\d+$/.test(task) ? [{ name, task: Number(task), state }] : [];
  });
}

async function slurm(command: string, words: readonly string[]): Promise<string> {
  try {
    return (await run(command, words, { encoding: 'utf8' })).stdout;
  } catch (cause) {
    const { code, stderr } = cause as { readonly code?: unknown; readonly stderr?: string };
    if (code === 'ENOENT')
      throw new DescentError('there is no Slurm here', {
        received: `no command ${command} on PATH`,
        fix: 'run descent sweep on a login node of a cluster with Slurm; --engine local and bullmq need none',
        cause,
      });
    throw new DescentError(`${command} failed`, {
      received: stderr?.trim() || reason(cause),
      fix: `see what ${command} ${words.join(' ')} says; --sbatch hands further options to sbatch, such as --sbatch --partition=short`,
      cause,
    });
  }
}
