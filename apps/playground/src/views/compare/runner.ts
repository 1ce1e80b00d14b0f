import type { Finding } from '@descent/core';
import { type ReadonlySignal, signal } from '@preact/signals';
import { type Curve, EMPTY_CURVE, withSteps } from '../../session/curve.ts';
import { problemOf } from '../../session/problem.ts';
import type { EpochScores, Opened, OwnData, Problem, SessionApi, SessionEvent } from '../../session/protocol.ts';
import type { Experiment } from '../../state/experiment.ts';

export type JobStatus = 'waiting' | 'opening' | 'training' | 'done' | 'cancelled' | 'failed';

/** One experiment with one seed, and how far its training is. */
export interface Job {
  readonly experiment: Experiment;
  readonly status: JobStatus;
  readonly opened: Opened | null;
  readonly curve: Curve;
  readonly epochs: readonly EpochScores[];
  readonly findings: readonly Finding[];
  readonly problem: Problem | null;
}

/** What a runner needs of a session: that of a worker, or another with the same calls. */
export interface JobClient {
  readonly api: { readonly [K in 'open' | 'train']: (...args: Parameters<SessionApi[K]>) => Promise<unknown> };
  end(): void;
}

export interface RunnerOptions {
  /** Starts a session of its own for each job. */
  readonly start: (listener: (event: SessionEvent) => void) => JobClient;
  readonly own: (experiment: Experiment) => Promise<OwnData | null>;
}

/** Trains experiments one after the other, each in a session of its own. */
export interface Runner {
  /** By `keyOf`: the same experiment is trained once, whatever it is called. */
  readonly jobs: ReadonlySignal<ReadonlyMap<string, Job>>;
  /** Lines up those that are not there, or did not end well. */
  train(experiments: readonly Experiment[]): void;
  /** Stops what trains and forgets what waits, of these experiments; left out: of all. */
  cancel(experiments?: readonly Experiment[]): void;
  /** Settles when nothing trains or waits. */
  idle(): Promise<void>;
}

export function keyOf(experiment: Experiment): string {
  return JSON.stringify(Object.entries(experiment).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function isBusy({ status }: Job): boolean {
  return status === 'waiting' || status === 'opening' || status === 'training';
}

export function createRunner({ start, own }: RunnerOptions): Runner {
  const jobs = signal<ReadonlyMap<string, Job>>(new Map());
  let current: { readonly key: string; readonly stop: () => void } | null = null;
  let working: Promise<void> = Promise.resolve();

  const put = (key: string, change: (job: Job) => Job): void => {
    const before = jobs.peek().get(key);
    if (before !== undefined) jobs.value = new Map(jobs.peek()).set(key, change(before));
  };

  const trainOne = async (key: string, { experiment }: Job): Promise<void> => {
    let isOver = false;
    let client: JobClient | null = null;
    const set = (change: Partial<Job>): void => put(key, (job) => ({ ...job, ...change }));
    const stopped = new Promise<'stopped'>((resolve) => {
      current = { key, stop: () => resolve('stopped') };
    });
    const training = async (): Promise<'done'> => {
      client = start((event) => {
        if (!isOver) put(key, (job) => taken(job, event));
      });
      await client.api.open(experiment, await own(experiment));
      if (isOver) return 'done';
      set({ status: 'training' });
      await client.api.train(experiment.epochs);
      return 'done';
    };
    set({ status: 'opening' });
    try {
      const ended = await Promise.race([training(), stopped]);
      set({ status: ended === 'done' ? 'done' : 'cancelled' });
    } catch (error) {
      set({ status: 'failed', problem: problemOf(error) });
    } finally {
      isOver = true;
      current = null;
      (client as JobClient | null)?.end();
    }
  };

  const work = async (): Promise<void> => {
    for (;;) {
      const next = [...jobs.peek()].find(([, { status }]) => status === 'waiting');
      if (next === undefined) return;
      await trainOne(...next);
    }
  };

  return {
    jobs,
    train(experiments) {
      const asked = experiments.map((experiment) => [keyOf(experiment), experiment] as const);
      const fresh = asked.filter(([key]) => {
        const there = jobs.peek().get(key);
        return there === undefined || there.status === 'failed' || there.status === 'cancelled';
      });
      if (fresh.length === 0) return;
      const all = new Map(jobs.peek());
      for (const [key, experiment] of fresh) {
        // What is taken up again stands behind what waits.
        all.delete(key);
        all.set(key, waiting(experiment));
      }
      jobs.value = all;
      working = working.then(work);
    },
    cancel(experiments) {
      const keys = experiments === undefined ? null : new Set(experiments.map(keyOf));
      const isMeant = (key: string): boolean => keys === null || keys.has(key);
      jobs.value = new Map([...jobs.peek()].filter(([key, { status }]) => status !== 'waiting' || !isMeant(key)));
      if (current !== null && isMeant(current.key)) current.stop();
    },
    idle: () => working,
  };
}

function waiting(experiment: Experiment): Job {
  return {
    ...{ experiment, status: 'waiting', opened: null, curve: EMPTY_CURVE, epochs: [], findings: [], problem: null },
  };
}

function taken(job: Job, event: SessionEvent): Job {
  switch (event.type) {
    case 'opened':
      return { ...job, opened: event.opened };
    case 'steps':
      return { ...job, curve: withSteps(job.curve, event.from, event.losses, event.accuracies) };
    case 'epoch':
      return { ...job, epochs: [...job.epochs, event.scores] };
    case 'findings':
      return { ...job, findings: event.findings };
    default:
      return job;
  }
}
