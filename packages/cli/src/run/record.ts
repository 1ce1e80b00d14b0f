import type { Choices } from '@descent/backend-onnx';
import { DescentError, type DType, type ImagePreprocessing, parseImagePreprocessing, type Tree } from '@descent/core';
import type { Choice } from '@descent/core/choose';
import { parseTablePreparation, parseTextPreparation, parseWindowPreparation } from '@descent/datasets';
import type { Environment } from '@descent/runs';
import { z } from 'zod';
import type { InitSetting } from '../config/init.ts';
import type { Preparation } from '../config/preparation.ts';

/** What `run.json` holds: everything about a run that is not code. */
export interface RunRecord extends Preparation {
  /** Version of the command that wrote the run. */
  readonly descent: string;
  readonly status: 'running' | 'finished' | 'interrupted' | 'failed';
  /** Of a run that failed while it trained. */
  readonly failure?: RunFailure;
  readonly started: string;
  readonly seconds: number;
  readonly config: {
    /** Name of the copy in the run's folder. */
    readonly file: string;
    /** Where the config was, and where the command ran: what it imports and names is relative to these. */
    readonly original: string;
    readonly cwd: string;
    /** Of the text that the run began with. */
    readonly sha256?: string;
  };
  readonly settings: {
    readonly data: string;
    /** The one that trained. */
    readonly backend: string;
    /** As it was asked for: `auto`, or a name that `descent backends` lists. */
    readonly requestedBackend: string;
    /** What `auto` measured when the run began; a resumed run has the same backend. */
    readonly choice?: Choice;
    /** The ways of computing that were measured to be fastest, where they are chosen by measurement; a resumed run has the same. */
    readonly choices?: Choices;
    readonly loss: string;
    readonly optimizer: string;
    readonly metrics: readonly string[];
    /** Which way each of them gets better, of those that say so; missing in runs of before there was this. */
    readonly better?: Readonly<Record<string, 'lower' | 'higher'>>;
    /** The rules of `init`, where the config has some. */
    readonly init?: readonly InitSetting[];
    readonly batchSize: number;
    readonly epochs: number;
    readonly seed: number;
  };
  /** What was trained and tested on; the hash tells whether a resumed run has the same. */
  readonly data: readonly {
    readonly role: 'train' | 'validation' | 'test';
    readonly name: string;
    readonly items: number;
    readonly licence: string;
    readonly source: string;
    readonly sha256: string;
  }[];
  readonly environment: Environment;
  readonly sample: Tree<{ readonly shape: readonly number[]; readonly dtype: DType }>;
  /** How a picture becomes a sample; `null` when samples are no pictures. */
  readonly image: ImagePreprocessing | null;
  readonly labels: readonly string[];
  /** For people: the network, layer by layer. */
  readonly layers: readonly {
    readonly path: string;
    readonly label: string;
    readonly output: readonly number[];
    readonly parameters: number;
  }[];
}

/** What ended a run. */
export interface RunFailure {
  /** Updates that stand. */
  readonly steps: number;
  readonly summary: string;
  /** Whether the next step was not finite. */
  readonly nonFinite: boolean;
}

const sampleType = z.object({
  shape: z.array(z.int().min(0)),
  dtype: z.enum(['float32', 'int32', 'uint8', 'bool']),
});

const choice = z.object({
  name: z.string(),
  measured: z.string(),
  results: z.array(
    z.union([
      z.object({ name: z.string(), state: z.literal('measured'), msPerStep: z.number() }),
      z.object({ name: z.string(), state: z.enum(['missing', 'failed', 'wrong']), problem: z.string() }),
    ]),
  ),
});

/** What `parse` takes, optionally. */
function preparation<T>(parse: (value: unknown) => T): z.ZodExactOptional<z.ZodCustom<T, T>> {
  const is = (value: unknown): boolean => {
    try {
      parse(value);
      return true;
    } catch {
      return false;
    }
  };
  return z.exactOptional(z.custom<T>(is));
}

const schema: z.ZodType<RunRecord> = z.object({
  descent: z.string(),
  status: z.enum(['running', 'finished', 'interrupted', 'failed']),
  failure: z.exactOptional(z.object({ steps: z.number(), summary: z.string(), nonFinite: z.boolean() })),
  started: z.string(),
  seconds: z.number(),
  config: z.object({
    // A plain name: nothing outside the folder is read.
    file: z.string().regex(/^config\.\w+$/),
    original: z.string(),
    cwd: z.string(),
    sha256: z.exactOptional(z.string()),
  }),
  settings: z.object({
    data: z.string(),
    backend: z.string(),
    requestedBackend: z.string(),
    choice: z.exactOptional(choice),
    choices: z.exactOptional(z.record(z.string(), z.string())),
    loss: z.string(),
    optimizer: z.string(),
    metrics: z.array(z.string()),
    better: z.exactOptional(z.record(z.string(), z.enum(['lower', 'higher']))),
    init: z.exactOptional(z.array(z.object({ match: z.string(), init: z.string() }))),
    batchSize: z.number(),
    epochs: z.number(),
    seed: z.number(),
  }),
  data: z.array(
    z.object({
      role: z.enum(['train', 'validation', 'test']),
      name: z.string(),
      items: z.number(),
      licence: z.string(),
      source: z.string(),
      sha256: z.string(),
    }),
  ),
  environment: z.custom<Environment>((v) => typeof v === 'object' && v !== null),
  sample: z.union([sampleType, z.record(z.string(), sampleType)]),
  image: z.custom<ImagePreprocessing>((v) => parseImagePreprocessing(v) !== undefined).nullable(),
  table: preparation(parseTablePreparation),
  windows: preparation(parseWindowPreparation),
  text: preparation(parseTextPreparation),
  labels: z.array(z.string()),
  layers: z.array(
    z.object({ path: z.string(), label: z.string(), output: z.array(z.number()), parameters: z.number() }),
  ),
});

/** Throws a DescentError naming what is wrong unless `text` is a record. */
export function parseRecord(text: string, path: string): RunRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Reported below, like any other content.
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new DescentError('this does not describe a run', {
    path,
    received: issue === undefined ? 'something else' : `${issue.path.join('.') || 'the file'}: ${issue.message}`,
    expected: 'the file that descent train wrote',
    fix: 'train again',
  });
}
