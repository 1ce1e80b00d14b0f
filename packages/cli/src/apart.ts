import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A program in a process of its own, which talks to this one over a channel. */
export interface Apart<M> {
  readonly program: URL;
  readonly words: readonly string[];
  /** Ends it. */
  readonly signal: AbortSignal;
  /** How: with `SIGTERM` it may write down where it is; Ctrl-C on a terminal then reaches this process alone, which passes it on once. */
  readonly endBy: 'SIGTERM' | 'SIGKILL';
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Where it writes what it prints: nowhere, or an open file. */
  readonly log?: number;
  /** Gets what it writes on its standard error. */
  readonly text?: (chunk: string) => void;
  readonly heard?: (message: M) => void;
}

export interface Ended {
  /** For people: `exit code 1`, `SIGKILL`, or why it could not be started. */
  readonly how: string;
  /** The signal that ended it. */
  readonly by: NodeJS.Signals | null;
  /** Whether there was a process. */
  readonly ran: boolean;
}

/** The built command, also for sources that run as they are. */
export const COMMAND: URL = new URL('../dist/main.js', import.meta.url);

/** Runs a program until its process has ended. Throws nothing: what came of it is what it said. */
export function runApart<M>({ program, words, signal, endBy, log, text, heard, ...more }: Apart<M>): Promise<Ended> {
  const out = log ?? 'ignore';
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(program), words, {
      ...more,
      execArgv: [],
      stdio: ['ignore', out, text === undefined ? out : 'pipe', 'ipc'],
      detached: endBy === 'SIGTERM',
    });
    const stop = (): void => void child.kill(endBy);
    const end = (ended: Ended): void => {
      signal.removeEventListener('abort', stop);
      resolve(ended);
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    if (heard !== undefined) child.on('message', (message) => heard(message as M));
    if (text !== undefined) child.stderr?.on('data', (chunk: Buffer) => text(chunk.toString()));
    // Stays: an error that nobody hears of would end this process.
    child.on('error', ({ message }) => end({ how: message, by: null, ran: false }));
    // What it wrote is there once its streams are closed.
    child.once(text === undefined ? 'exit' : 'close', (code: number | null, by: NodeJS.Signals | null) =>
      end({ how: by ?? `exit code ${code}`, by, ran: true }),
    );
  });
}
