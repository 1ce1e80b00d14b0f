import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Queue } from 'bullmq';
import { InterruptedError } from '../../../errors.ts';
import { type TrialJob, trialFolder } from '../../trial/job.ts';
import { type Outcome, parseOutcome, readOutcome } from '../../trial/outcome.ts';
import { type Engine, lost } from '../engine.ts';
import { closed, connectionTo, loadBullmq, QUEUE, unlessAborted } from './connect.ts';
import type { QueuedTrial } from './queued-trial.ts';

export interface BullmqOptions {
  readonly redis: string;
  readonly queue?: string;
  /** Folder of the sweep, on storage that all workers share at the same path. */
  readonly sweep: string;
  /** Of the sweep: tells its jobs from those of others. */
  readonly id: string;
  readonly slots: number;
  readonly retries: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 500;

/**
 * Gives trials to the workers of a queue in Redis and waits for what comes of them. A trial has one job, whose name is that of the sweep with a random part and
 * the numbers of the trial: it can be added as often as one likes. Results are read from the folder of the sweep, where the process of the trial writes them,
 * and from the job; jobs are asked about again and again rather than listened to, for events get lost when the server is started anew.
 */
export async function bullmqEngine(options: BullmqOptions): Promise<Engine> {
  const { redis, queue: name = QUEUE, sweep, id, slots, retries, signal } = options;
  const bullmq = await loadBullmq();
  const connection = await connectionTo(redis);
  const queue: Queue<QueuedTrial> = new bullmq.Queue<QueuedTrial>(name, { connection: { ...connection } });
  // Without a listener, each lost connection would end the process; the client connects again by itself.
  queue.on('error', () => {});
  const stopped = (): InterruptedError => new InterruptedError('the sweep was stopped');

  const submit = async (job: TrialJob, jobId: string): Promise<void> => {
    await queue.add(
      'trial',
      { sweep, ...job },
      {
        jobId,
        attempts: retries + 1,
        backoff: { type: 'fixed', delay: 1000 },
        removeOnComplete: { age: 3600 },
        removeOnFail: { age: 24 * 3600 },
      },
    );
  };
  const ask = async (job: TrialJob, jobId: string): Promise<Outcome | undefined> => {
    const known = await readOutcome(trialFolder(sweep, job.trial), job.epochs);
    if (known !== undefined) return known;
    const found: Job<QueuedTrial> | undefined = await queue.getJob(jobId);
    // Never added, or lost by a server that was started anew.
    if (found === undefined) await submit(job, jobId);
    else if (found.finishedOn !== undefined && found.failedReason)
      return lost(job, `${found.failedReason}; started ${found.attemptsStarted} times`);
    return found?.finishedOn === undefined ? undefined : parseOutcome(found.returnvalue);
  };
  return {
    label: `workers of the queue ${name}: descent sweep worker --redis ${withoutPassword(redis)}`,
    slots,
    whenStopped: 'trials that workers have begun go on without it',
    async run(job) {
      const jobId = `${id}-${job.trial}-${job.epochs}`;
      // What failed in an earlier life of this sweep is tried anew; whoever wanted that otherwise has its outcome.
      const old = await unlessAborted(queue.getJob(jobId), signal);
      if (old?.failedReason !== undefined && old.finishedOn !== undefined) await old.remove();
      for (;;) {
        const outcome = await unlessAborted(ask(job, jobId), signal);
        if (outcome !== undefined) return outcome;
        if (signal.aborted) throw stopped();
        await sleep(POLL_MS, undefined, { signal }).catch(() => {});
      }
    },
    close: () => closed(queue.close()),
  };
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = '…';
  return decodeURI(url.href);
}
