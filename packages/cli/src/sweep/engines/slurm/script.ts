import { join } from 'node:path';
import { quoted } from '../../../ui/shell.ts';

export interface SlurmScript {
  /** Of the jobs: tells those of one sweep and number of epochs from all others. */
  readonly name: string;
  /** Folder of the sweep. */
  readonly sweep: string;
  readonly cwd: string;
  /** Node and the program. */
  readonly command: readonly string[];
  readonly epochs: number;
  readonly threads: number;
}

/** The folder of scripts and logs. */
export function slurmFolder(sweep: string): string {
  return join(sweep, 'slurm');
}

/**
 * The script of a job array whose tasks are trials: the number of a task is that of its trial. `--requeue`: a trial whose node fails, or that is preempted, is
 * started anew by Slurm and goes on from its checkpoint.
 */
export function slurmScript({ name, sweep, cwd, command, epochs, threads }: SlurmScript): string {
  // In the names of files, Slurm reads %a and the like.
  const log = join(slurmFolder(sweep), 'trial-').replaceAll('%', '%%');
  const words = [...command, 'sweep', 'trial', sweep].map(quoted).join(' ');
  return `#!/bin/sh
#SBATCH --job-name=${name}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output="${log}%a.log"
#SBATCH --cpus-per-task=${threads}
# Written by descent sweep. By hand: sbatch --array=<trials> <this file>
cd ${quoted(cwd)} || exit 1
exec ${words} "$SLURM_ARRAY_TASK_ID" ${epochs} ${threads}
`;
}

/** Numbers as `sbatch --array` takes them: `1-3,7`. */
export function arrayOf(trials: readonly number[]): string {
  const sorted = [...trials].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const trial of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && trial === last[1] + 1) last[1] = trial;
    else runs.push([trial, trial]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
