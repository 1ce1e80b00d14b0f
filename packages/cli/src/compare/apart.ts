import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DescentError } from '@descent/core';
import { InterruptedError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Overridden } from './entry.ts';
import type { Trained } from './train-seeds.ts';

/** One training, as a process of its own is told it. */
export interface SeedJob {
  /** The file of the config. */
  readonly config: string;
  readonly overridden: Overridden;
  readonly seed: number;
  readonly folder: string;
  /** Of onnx:cpu. Default: one for each core. */
  readonly threads?: number;
}

/** What that process says at its end. */
export type SeedAnswer =
  | { readonly ended: Trained }
  | {
      readonly problem: { readonly summary: string; readonly details: DescentError['details'] };
      readonly stopped: boolean;
    };

/** The built program, also for sources that run as they are. */
const PROGRAM = new URL('../../dist/compare/seed-child.js', import.meta.url);

/** Trains one seed of one config in a process of its own. Throws what it threw. */
export function trainApart(job: SeedJob, { cwd, err, signal }: Io): Promise<Trained> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(PROGRAM), [JSON.stringify(job)], {
      cwd,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C on a terminal reaches this process alone, which passes it on once.
      detached: true,
    });
    let answer: SeedAnswer | undefined;
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on('message', (message: SeedAnswer) => {
      answer = message;
    });
    const stop = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    child.once('error', reject);
    child.once('close', (code, by) => {
      signal.removeEventListener('abort', stop);
      if (answer === undefined) {
        if (signal.aborted) return reject(new InterruptedError('a training was stopped'));
        return reject(
          new DescentError('the process of a training ended without a result', {
            path: job.folder,
            received: [by ?? `exit code ${code}`, text.trim().split('\n').at(-1)].filter(Boolean).join(': '),
            fix: 'the same command goes on from there; with fewer at a time each has more memory: --jobs 1',
          }),
        );
      }
      // Warnings that a training in this process would have printed.
      if (text !== '') err.stream.write(text);
      if ('ended' in answer) return resolve(answer.ended);
      const { summary, details } = answer.problem;
      return reject(answer.stopped ? new InterruptedError(summary, details) : new DescentError(summary, details));
    });
  });
}
