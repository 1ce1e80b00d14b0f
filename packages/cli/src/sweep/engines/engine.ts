import type { TrialJob } from '../trial/job.ts';
import type { Outcome } from '../trial/outcome.ts';

/** Whoever runs trials. */
export interface Engine {
  /** What it is, for people: `2 trials at a time here, 1 thread each`. */
  readonly label: string;
  /** How many jobs it takes at a time. */
  readonly slots: number;
  /**
   * Runs a trial up to an epoch. A job that was given before goes on, or gives the outcome that it had. A trial whose processes died again and again has an
   * outcome, too: it failed.
   * @throws InterruptedError when the signal of the sweep was aborted.
   */
  run(job: TrialJob): Promise<Outcome>;
  /** What happens to jobs that run when the sweep is stopped; `null`: they stop, too. */
  readonly whenStopped: string | null;
  close(): Promise<void>;
}

/** The outcome of a trial that could not be brought to an end. */
export function lost({ trial, epochs }: TrialJob, reason: string): Outcome {
  return { trial, epochs, status: 'failed', value: null, epoch: null, metrics: {}, seconds: 0, reason };
}
