import { InvalidArgumentError } from 'commander';
import { UsageError } from '../errors.ts';

/** One of several equal parts of the inputs: every `count`-th of them, from the `index`-th on, counted from 0. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Parses `2/8`, the second of eight parts, or `slurm`. */
export function shard(text: string): Shard | 'slurm' {
  if (text === 'slurm') return text;
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const [i, n] = [Number(index), Number(count)];
  if (index !== undefined && i >= 1 && i <= n && Number.isSafeInteger(n)) return { index: i - 1, count: n };
  const hint = index === '0' ? ' Parts are counted from 1; slurm takes those of a job array, wherever it starts.' : '';
  throw new InvalidArgumentError(`Expected a part such as 1/8, 2/8, … 8/8, or slurm.${hint}`);
}

/** The part that a task of a Slurm job array has, wherever the array starts. Throws a UsageError outside of one. */
export function slurmShard(env: NodeJS.ProcessEnv = process.env): Shard {
  const [id, least, most, step = 1] = ['ID', 'MIN', 'MAX', 'STEP'].map((name) => {
    const text = env[`SLURM_ARRAY_TASK_${name}`];
    return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
  });
  const count = Number(env['SLURM_ARRAY_TASK_COUNT'] ?? Number.NaN);
  if (id === undefined || least === undefined || most === undefined) {
    throw new UsageError('this is no task of a Slurm job array', {
      path: '--shard slurm',
      received: 'an environment without SLURM_ARRAY_TASK_ID, _MIN and _MAX',
      fix: 'start it with sbatch --array=1-8, or say which part: --shard 1/8',
    });
  }
  const all = (most - least) / step + 1;
  const index = (id - least) / step;
  // Of an array with gaps, nobody would have the parts of the tasks that are missing.
  if (Number.isInteger(all) && Number.isInteger(index) && all === count) return { index, count };
  throw new UsageError('the tasks of this job array are no equal steps', {
    path: '--shard slurm',
    received: `task ${id} of ${env['SLURM_ARRAY_TASK_COUNT'] ?? '?'}, from ${least} to ${most} by ${step}`,
    fix: 'start it with a range: sbatch --array=1-8',
  });
}
