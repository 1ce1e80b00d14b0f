import { DescentError } from '@descent/core';
import { runApart } from '../apart.ts';
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
export async function trainApart(job: SeedJob, { cwd, err, signal }: Io): Promise<Trained> {
  let answer: SeedAnswer | undefined;
  let text = '';
  const { how } = await runApart<SeedAnswer>({
    ...{ program: PROGRAM, words: [JSON.stringify(job)] },
    ...{ cwd, signal, endBy: 'SIGTERM' },
    heard: (message) => {
      answer = message;
    },
    text: (chunk) => {
      text += chunk;
    },
  });
  return resultOf(answer, { how, text, folder: job.folder }, { err, signal });
}

interface Told {
  readonly how: string;
  readonly text: string;
  readonly folder: string;
}

function resultOf(
  answer: SeedAnswer | undefined,
  { how, text, folder }: Told,
  { err, signal }: Pick<Io, 'err' | 'signal'>,
): Trained {
  if (answer === undefined) {
    if (signal.aborted) throw new InterruptedError('a training was stopped');
    throw new DescentError('the process of a training ended without a result', {
      path: folder,
      received: [how, text.trim().split('\n').at(-1)].filter(Boolean).join(': '),
      fix: 'the same command goes on from there; with fewer at a time each has more memory: --jobs 1',
    });
  }
  // Warnings that a training in this process would have printed.
  if (text !== '') err.stream.write(text);
  if ('ended' in answer) return answer.ended;
  const { summary, details } = answer.problem;
  throw answer.stopped ? new InterruptedError(summary, details) : new DescentError(summary, details);
}
