import { DescentError, type DType, type ImagePreprocessing, parseImagePreprocessing, type Tree } from '@descent/core';
import type { Choice } from '@descent/core/choose';
import type { Environment } from '@descent/runs';
import { z } from 'zod';

/** What `run.json` holds: everything about a run that is not code. */
export interface RunRecord {
  /** Version of the command that wrote the run. */
  readonly descent: string;
  readonly status: 'running' | 'finished' | 'interrupted' | 'failed';
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
    readonly loss: string;
    readonly optimizer: string;
    readonly metrics: readonly string[];
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

const schema: z.ZodType<RunRecord> = z.object({
  descent: z.string(),
  status: z.enum(['running', 'finished', 'interrupted', 'failed']),
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
    loss: z.string(),
    optimizer: z.string(),
    metrics: z.array(z.string()),
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
