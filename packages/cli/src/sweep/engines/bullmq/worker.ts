import { hostname } from 'node:os';
import { InterruptedError } from '../../../errors.ts';
import { type Io, print, shownPath } from '../../../io.ts';
import { runInChild } from '../../trial/child.ts';
import { shownNumber } from '../../watch.ts';
import { closed, connectionTo, loadBullmq, QUEUE } from './connect.ts';
import { parseQueuedTrial } from './queued-trial.ts';

export interface WorkerOptions {
  readonly redis: string;
  readonly queue?: string;
  /** Trials at a time. */
  readonly slots: number;
  /** Of each trial. */
  readonly threads: number;
  /** Seconds that this process may be silent before its trials are given to others. */
  readonly patience: number;
}

/** How often a trial may lose its worker: the one that kills workers is not tried for ever. */
const MOST_STALLED = 3;

/**
 * Takes trials from the queue until it is stopped, each in a process of its own, so that this one always says in time that it is alive. Ctrl-C stops the trials,
 * with a checkpoint, and gives them back. A trial whose worker is gone is begun again by another, from its checkpoint; where two have the same one, its lock
 * lets the second wait for what the first comes to.
 * @throws InterruptedError when it was stopped.
 */
export async function runWorker(
  { redis, queue = QUEUE, slots, threads, patience }: WorkerOptions,
  io: Io,
): Promise<void> {
  const bullmq = await loadBullmq();
  const connection = await connectionTo(redis);
  const { signal, out, err } = io;
  let connected = true;
  const worker = new bullmq.Worker(
    queue,
    async (job, token) => {
      const { sweep, ...trial } = parseQueuedTrial(job.data);
      const name = `trial ${trial.trial} of ${shownPath(sweep, io.cwd)}`;
      print(
        out,
        `${name}: ${job.attemptsStarted > 1 ? `goes on (attempt ${job.attemptsStarted})` : 'begins'}, up to epoch ${trial.epochs}`,
      );
      try {
        const outcome = await runInChild(trial, { sweep, threads, signal });
        print(
          out,
          `${name}: ${outcome.value === null ? `${outcome.status}, ${outcome.reason}` : shownNumber(outcome.value)}`,
        );
        return outcome;
      } catch (error) {
        if (!(error instanceof InterruptedError)) throw error;
        print(out, `${name}: stopped, and given back`);
        await job.moveToWait(token);
        throw new bullmq.WaitingError();
      }
    },
    {
      connection: { ...connection },
      concurrency: slots,
      lockDuration: patience * 1000,
      stalledInterval: patience * 1000,
      maxStalledCount: MOST_STALLED,
      name: hostname(),
    },
  );
  worker.on('error', (error) => {
    // A server that is away is told once; the client connects again by itself.
    if (connected) print(err, `${err.colors.yellow('warning:')} Redis: ${error.message}`);
    connected = false;
  });
  worker.on('active', () => {
    connected = true;
  });
  worker.on('stalled', (id) => print(out, `job ${id}: its worker is gone; it will be begun again`));
  print(
    out,
    `waiting for trials in ${queue}: ${slots} at a time, ${threads === 1 ? 'one thread' : `${threads} threads`} each; Ctrl-C ends it`,
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  // Trials that run give themselves back meanwhile.
  await closed(worker.close(), 60_000);
  throw new InterruptedError('the worker was stopped; its trials wait for others', {});
}
