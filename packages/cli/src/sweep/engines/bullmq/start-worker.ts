import { availableParallelism } from 'node:os';
import { UsageError } from '../../../errors.ts';
import type { Io } from '../../../io.ts';
import { runWorker } from './worker.ts';

/** What the command line says of a worker. */
export interface WorkerWords {
  readonly redis?: string;
  readonly queue?: string;
  readonly slots: number;
  readonly threads?: number;
  readonly patience: number;
}

export async function worker({ redis, queue, slots, threads, patience }: WorkerWords, io: Io): Promise<void> {
  if (redis === undefined)
    throw new UsageError('a worker needs to know where its trials come from', {
      path: '--redis',
      fix: 'descent sweep worker --redis redis://host:6379',
    });
  const share = Math.max(1, Math.floor(availableParallelism() / slots));
  await runWorker({ redis, slots, threads: threads ?? share, patience, ...(queue !== undefined && { queue }) }, io);
}
