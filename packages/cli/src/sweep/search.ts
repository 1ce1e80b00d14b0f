import { InterruptedError } from '../errors.ts';
import type { Engine } from './engines/engine.ts';
import { type Next, nextJobs, type Rung } from './rungs.ts';
import type { Values } from './space/parameter.ts';
import { type SweepEvent, type Trial, trialsAfter } from './state.ts';
import type { TrialJob } from './trial/job.ts';
import type { Outcome } from './trial/outcome.ts';

export interface Search {
  readonly rungs: readonly Rung[];
  readonly mode: 'min' | 'max';
  /** The events so far. */
  readonly events: readonly SweepEvent[];
  /** The values of a new trial. */
  readonly draw: (trial: number) => Promise<Pick<Trial, 'values' | 'optuna'>>;
  /** Keeps an event; a trial is prepared before it is run. */
  readonly keep: (event: SweepEvent) => Promise<void>;
  readonly prepare: (trial: number, values: Values) => Promise<void>;
  readonly engine: Engine;
  readonly signal: AbortSignal;
  /** Called after each outcome, and at the start. */
  readonly onChange: (trials: readonly Trial[], running: readonly TrialJob[], outcome: Outcome | null) => void;
}

/**
 * Runs what is left of a search, as many jobs at a time as the engine takes, and returns all trials.
 * @throws InterruptedError when it was stopped: what is done is kept.
 */
export async function search(options: Search): Promise<readonly Trial[]> {
  const { rungs, mode, draw, keep, prepare, engine, signal, onChange } = options;
  const events = [...options.events];
  const running = new Map<string, { readonly job: TrialJob; readonly end: Promise<void> }>();
  const keyOf = ({ trial, epochs }: TrialJob): string => `${trial}-${epochs}`;
  const note = async (event: SweepEvent): Promise<void> => {
    await keep(event);
    events.push(event);
  };
  const jobs = (): readonly TrialJob[] => [...running.values()].map(({ job }) => job);
  let failure: { readonly error: unknown } | undefined;

  const start = (job: TrialJob): void => {
    const run = async (): Promise<void> => {
      try {
        const outcome = await engine.run(job);
        await note({ event: 'outcome', ...outcome });
        running.delete(keyOf(job));
        onChange(trialsAfter(events), jobs(), outcome);
      } catch (error) {
        running.delete(keyOf(job));
        // Others that run are let end; the first error is the one to tell.
        failure ??= { error };
      }
    };
    running.set(keyOf(job), { job, end: run() });
  };

  onChange(trialsAfter(events), [], null);
  for (;;) {
    const next: Next = nextJobs(rungs, trialsAfter(events), mode);
    const waiting = next.jobs.filter((job) => !running.has(keyOf(job)));
    const mayStart = (): boolean => running.size < engine.slots && failure === undefined && !signal.aborted;
    for (const job of waiting) if (mayStart()) start(job);
    for (let i = 0; i < next.fresh && mayStart(); i++) {
      const trial = Math.max(0, ...events.map((event) => event.trial)) + 1;
      const { values, optuna } = await draw(trial);
      await prepare(trial, values);
      await note({ event: 'trial', trial, values, ...(optuna !== undefined && { optuna }) });
      start({ trial, epochs: (rungs[0] as Rung).epochs });
    }
    if (running.size === 0) break;
    onChange(trialsAfter(events), jobs(), null);
    await Promise.race([...running.values()].map(({ end }) => end));
  }
  if (failure !== undefined) throw failure.error;
  const trials = trialsAfter(events);
  if (signal.aborted && !nextJobs(rungs, trials, mode).isOver) throw new InterruptedError('the sweep was stopped');
  return trials;
}
