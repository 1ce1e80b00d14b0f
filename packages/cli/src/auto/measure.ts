import { existsSync } from 'node:fs';
import { type Measure, measureInTurn, type Trial, tooLate } from '@descent/core/choose';
import { runApart } from '../apart.ts';
import { InterruptedError } from '../errors.ts';

/** The built program, also for sources that run as they are. */
const PROGRAM = new URL('../../dist/auto/child.js', import.meta.url);

/**
 * Measures candidates one after the other in another process. One that ends that process, or does not end in time, costs only itself: the others are
 * measured in a new one. A bundle that has left the program of that process behind measures in its own.
 */
export function measureApart(signal: AbortSignal, program: URL = PROGRAM): Measure {
  if (!existsSync(program)) return measureInTurn();
  return async (candidates, timeout) => {
    const trials: Trial[] = [];
    while (trials.length < candidates.length) {
      const names = candidates.slice(trials.length).map(({ name }) => name);
      trials.push(...(await measureSome({ program, names, timeout, signal })));
    }
    return trials;
  };
}

/** What the user does, not the backend. */
const STOPPED: readonly unknown[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

interface Job {
  readonly program: URL;
  readonly names: readonly string[];
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** The trials of the first few of `names`, at least of one: of all up to the one that went wrong. */
async function measureSome({ program, names, timeout, signal }: Job): Promise<readonly Trial[]> {
  const stopped = (): InterruptedError => new InterruptedError('the choice of a backend was stopped');
  if (signal.aborted) throw stopped();
  const trials: Trial[] = [];
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => late.abort(), timeout);
  };
  watch();
  // What libraries print about what they miss is no news.
  const { how, by, ran } = await runApart<Trial>({
    ...{ program, words: names, signal: AbortSignal.any([signal, late.signal]), endBy: 'SIGKILL' },
    heard: (trial) => {
      if (late.signal.aborted) return;
      trials.push(trial);
      watch();
    },
  });
  clearTimeout(timer);
  if (signal.aborted || STOPPED.includes(by)) throw stopped();
  const name = names[trials.length];
  if (name === undefined) return trials;
  const ended = ran ? `it ended the process that measured it (${how})` : `it could not be measured (${how})`;
  return [...trials, { name, state: 'failed', problem: late.signal.aborted ? tooLate(timeout) : ended }];
}
