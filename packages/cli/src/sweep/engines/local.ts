import { DeadTrial, runInChild } from '../trial/child.ts';
import { type Engine, lost } from './engine.ts';

export interface LocalOptions {
  /** Folder of the sweep. */
  readonly sweep: string;
  /** Trials at a time. */
  readonly slots: number;
  readonly threads: number;
  /** How often a trial whose process died is tried again. */
  readonly retries: number;
  readonly signal: AbortSignal;
}

/** Runs trials on this machine, each in a process of its own. */
export function localEngine({ sweep, slots, threads, retries, signal }: LocalOptions): Engine {
  return {
    label: `${slots === 1 ? 'one trial' : `${slots} trials`} at a time, ${threads === 1 ? 'one thread' : `${threads} threads`} each`,
    slots,
    whenStopped: null,
    async run(job) {
      for (let attempt = 0; ; attempt++) {
        try {
          return await runInChild(job, { sweep, threads, signal });
        } catch (error) {
          if (!(error instanceof DeadTrial)) throw error;
          if (attempt >= retries) return lost(job, `${error.message}; tried ${attempt + 1} times`);
        }
      }
    },
    close: async () => {},
  };
}
