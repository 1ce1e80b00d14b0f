import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescentError, type MetricPath } from '@descent/core';
import { writeAtomically } from '@descent/files';
import { z } from 'zod';
import { reason } from '../../errors.ts';
import type { Values } from '../space/parameter.ts';

/** One trial, as whoever runs it finds it in its folder: nothing else of the sweep is needed. */
export interface TrialFile {
  readonly trial: number;
  readonly values: Values;
  /** Text of its config, with the values in it. */
  readonly source: string;
  /** Where the config was, and where the command ran: what it imports and names is relative to these. */
  readonly file: string;
  readonly cwd: string;
  /** The same for all trials of a sweep. */
  readonly backend: string;
  readonly metric: MetricPath;
  readonly mode: 'min' | 'max';
}

const schema: z.ZodType<TrialFile> = z.object({
  trial: z.int().min(1),
  values: z.record(z.string(), z.json()) as z.ZodType<Values>,
  source: z.string(),
  file: z.string(),
  cwd: z.string(),
  backend: z.string(),
  metric: z.custom<MetricPath>((value) => typeof value === 'string'),
  mode: z.enum(['min', 'max']),
});

const NAME = 'trial.json';

/** The folder of a trial within that of its sweep; its run is in `run`. */
export function trialFolder(sweep: string, trial: number): string {
  return join(sweep, 'trials', String(trial));
}

export function runFolder(sweep: string, trial: number): string {
  return join(trialFolder(sweep, trial), 'run');
}

export async function writeTrial(folder: string, trial: TrialFile): Promise<void> {
  await writeAtomically(join(folder, NAME), `${JSON.stringify(trial, null, 2)}\n`);
}

/** Throws a DescentError where there is none. */
export async function readTrial(folder: string): Promise<TrialFile> {
  const path = join(folder, NAME);
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new DescentError('there is no trial in this folder', {
      path,
      received: reason(cause),
      expected: 'a folder that descent sweep wrote',
      fix: 'see that this machine has the folder of the sweep at the same path, such as on storage that all share',
      cause,
    });
  }
}

/** What is asked of whoever runs trials. */
export interface TrialJob {
  readonly trial: number;
  /** The last epoch, from 1: a trial that has done some goes on. */
  readonly epochs: number;
}
