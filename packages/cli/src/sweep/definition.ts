import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescentError, type MetricPath, type Mode } from '@descent/core';
import { fileError, writeAtomically } from '@descent/files';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { Space, Values } from './space/parameter.ts';

export const SAMPLERS = ['grid', 'random', 'halving', 'optuna'] as const;
export type SamplerName = (typeof SAMPLERS)[number];

/** What decides the results of a sweep: with another one they would be others. */
export interface SweepDefinition {
  /** Of the text of the config. */
  readonly config: string;
  readonly space: Space;
  /** What else is in all trials, such as a share of the data to validate on. */
  readonly fixed: Values;
  readonly sampler: SamplerName;
  /** Of what is drawn; training has that of the config. */
  readonly seed: number;
  /** Of a trial that is trained to the end. */
  readonly epochs: number;
  /** Of successive halving. */
  readonly halving: { readonly least: number; readonly eta: number; readonly trials: number } | null;
  readonly metric: MetricPath;
  readonly mode: Mode;
  /** The same for all trials, measured once where the config says `auto`. */
  readonly backend: string;
}

/** What `sweep.json` holds. */
export interface SweepRecord {
  readonly descent: string;
  /** Tells sweeps apart wherever several are at work: drawn at random. */
  readonly id: string;
  readonly started: string;
  readonly file: string;
  readonly cwd: string;
  readonly definition: SweepDefinition;
}

const schema = z.object({
  descent: z.string(),
  id: z.string().regex(/^[\w-]+$/),
  started: z.string(),
  file: z.string(),
  cwd: z.string(),
  definition: z.custom<SweepDefinition>((value) => typeof value === 'object' && value !== null),
});

const NAME = 'sweep.json';

/** The record in the folder of a sweep; `undefined` where there is none. */
export async function readSweep(folder: string): Promise<SweepRecord | undefined> {
  const path = join(folder, NAME);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw fileError('the sweep cannot be read', path, error);
  });
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DescentError('this does not describe a sweep', {
      path,
      expected: 'the file that descent sweep wrote',
      fix: 'give another folder with --out',
      cause,
    });
  }
}

export async function writeSweep(folder: string, record: SweepRecord): Promise<void> {
  await writeAtomically(join(folder, NAME), `${JSON.stringify(record, null, 2)}\n`);
}

const NAMES: Readonly<Record<keyof SweepDefinition, string>> = {
  config: 'the text of the config',
  space: 'the parameters',
  fixed: '--validation',
  sampler: '--sampler',
  seed: '--seed',
  epochs: '--epochs',
  halving: 'the rungs of halving',
  metric: '--metric',
  mode: '--mode',
  backend: '--backend',
};

/** Throws a UsageError when the sweep in the folder is another one. */
export function expectSame(folder: string, before: SweepDefinition, now: SweepDefinition): void {
  const keys = (Object.keys(NAMES) as (keyof SweepDefinition)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]),
  );
  const [first] = keys;
  if (first === undefined) return;
  const shown = (definition: SweepDefinition): string =>
    first === 'config' ? `sha256 ${definition.config}` : JSON.stringify(definition[first]);
  throw new UsageError('there is another sweep in this folder', {
    path: folder,
    received: `${keys.map((key) => NAMES[key]).join(', ')}: ${shown(now)}`,
    expected: shown(before),
    fix: 'give another folder with --out, or --overwrite to replace it; the same command as before goes on with it',
  });
}
