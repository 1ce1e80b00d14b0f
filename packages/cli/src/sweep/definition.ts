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

const json = z.unknown();
const parameter = z.union([
  z.object({ kind: z.literal('choice'), values: z.array(json).min(1) }),
  z.object({
    ...{ kind: z.literal('range'), low: z.number(), high: z.number(), log: z.boolean(), int: z.boolean() },
    points: z.int().min(1).optional(),
  }),
]);
const definition = z.object({
  config: z.string(),
  space: z.record(z.string(), parameter),
  fixed: z.record(z.string(), json),
  sampler: z.enum(SAMPLERS),
  seed: z.int(),
  epochs: z.int().min(1),
  halving: z.object({ least: z.int(), eta: z.number(), trials: z.int() }).nullable(),
  metric: z.string().regex(/^(train|validation|test)\../),
  mode: z.enum(['min', 'max']),
  backend: z.string(),
});
const schema = z.object({
  descent: z.string(),
  id: z.string().regex(/^[\w-]+$/),
  started: z.string(),
  file: z.string(),
  cwd: z.string(),
  definition,
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
    const record: unknown = JSON.parse(text);
    schema.parse(record);
    // As it stands there, for what is compared with it is compared as text.
    return record as SweepRecord;
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
