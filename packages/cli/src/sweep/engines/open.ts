import { UsageError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { SweepFolder } from '../folder.ts';
import { bullmqEngine } from './bullmq/engine.ts';
import type { Engine } from './engine.ts';
import { localEngine } from './local.ts';
import type { EngineName } from './names.ts';
import { slurmEngine } from './slurm/engine.ts';

export interface EngineOptions {
  readonly engine?: EngineName;
  /** Address of the server, of the engine `bullmq`. */
  readonly redis?: string;
  /** Name of the queue there. */
  readonly queue?: string;
  /** Further options of `sbatch`, of the engine `slurm`. */
  readonly sbatch?: readonly string[];
  /** Trials at a time. */
  readonly parallel?: number;
  /** Of each trial. */
  readonly threads?: number;
  /** How often a trial whose process died is tried again. Default 2. */
  readonly retries?: number;
}

/** Opens what runs the trials of a sweep. */
export async function openEngine(
  options: EngineOptions & { readonly trials: number; readonly cores: number },
  folder: SweepFolder,
  io: Io,
): Promise<Engine> {
  const { engine = 'local', retries = 2, redis, queue } = options;
  const { signal } = io;
  const sweep = folder.path;
  if (engine !== 'local') expectParallel(options, folder);
  if (engine === 'bullmq') {
    if (redis === undefined)
      throw new UsageError('the engine bullmq needs a Redis server', {
        path: '--redis',
        fix: '--engine bullmq --redis redis://host:6379',
      });
    const slots = options.parallel ?? options.trials;
    return bullmqEngine({
      redis,
      ...(queue !== undefined && { queue }),
      sweep,
      id: folder.record.id,
      slots,
      retries,
      signal,
    });
  }
  if (engine === 'slurm') {
    const { parallel = null, threads = 1, trials, sbatch = [] } = options;
    const { id } = folder.record;
    return slurmEngine({ sweep, id, cwd: io.cwd, parallel, trials, threads, retries, sbatch, signal });
  }
  const { slots, threads } = sharesOf(options);
  return localEngine({ sweep, slots, threads, retries, signal });
}

/** A model of the results knows nothing where all trials begin at once. */
function expectParallel({ parallel }: EngineOptions, { record }: SweepFolder): void {
  if (record.definition.sampler !== 'optuna' || parallel !== undefined) return;
  throw new UsageError('how many trials Optuna is to propose at a time is not known', {
    path: '--parallel',
    fix: 'give as many as there are workers, such as --parallel 4: the fewer, the more it knows',
  });
}

/** How many trials at a time and threads each, so that there are no more threads than cores unless one asks for them. */
export function sharesOf({
  parallel,
  threads,
  trials,
  cores,
}: Pick<EngineOptions, 'parallel' | 'threads'> & { readonly trials: number; readonly cores: number }): {
  readonly slots: number;
  readonly threads: number;
} {
  const slots = parallel ?? Math.max(1, Math.min(trials, Math.floor(cores / (threads ?? 1))));
  return { slots, threads: threads ?? Math.max(1, Math.floor(cores / slots)) };
}
