import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Measure, measureInTurn, type Trial, tooLate } from '@descent/core/choose';
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
function measureSome({ program, names, timeout, signal }: Job): Promise<readonly Trial[]> {
  return new Promise((resolve, reject) => {
    // What libraries print about what they miss is no news.
    const child = fork(fileURLToPath(program), names, { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const trials: Trial[] = [];
    let timer: NodeJS.Timeout;
    const release = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      child.removeAllListeners();
      // An error that nobody hears of would end this process.
      child.on('error', () => {});
      child.kill('SIGKILL');
    };
    const stop = (): void => {
      release();
      reject(new InterruptedError('the choice of a backend was stopped'));
    };
    /** Ends with what there is, and with what went wrong with the one that is not there. */
    const end = (problem: string): void => {
      release();
      const name = names[trials.length];
      resolve(name === undefined ? trials : [...trials, { name, state: 'failed', problem }]);
    };
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => end(tooLate(timeout)), timeout);
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);
    child.on('message', (trial: Trial) => {
      trials.push(trial);
      watch();
    });
    child.on('error', (error) => end(`it could not be measured (${error.message})`));
    child.on('exit', (code, killedBy) => {
      if (STOPPED.includes(killedBy)) stop();
      else end(`it ended the process that measured it (${killedBy ?? `exit code ${code}`})`);
    });
    watch();
  });
}
