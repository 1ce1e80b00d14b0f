import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EpochRecord, type MetricPath, type Mode, metricAt } from '@descent/core';
import { writeAtomically } from '@descent/files';
import { z } from 'zod';

/** What a trial came to after so many epochs. */
export interface Outcome {
  readonly trial: number;
  /** That it was to be trained, in all. */
  readonly epochs: number;
  /** `diverged`: the loss became NaN or infinite, which says something about the values. `failed`: it could not be trained at all. */
  readonly status: 'done' | 'diverged' | 'failed';
  /** The number that is searched for; `null` unless it is done. */
  readonly value: number | null;
  /** The epoch that the number is of, from 1. */
  readonly epoch: number | null;
  /** The other numbers of that epoch, by paths such as `train.loss`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of training, in all. */
  readonly seconds: number;
  /** Why there is no number, or why training ended before its last epoch. */
  readonly reason: string | null;
}

const schema: z.ZodType<Outcome> = z.object({
  trial: z.int(),
  epochs: z.int(),
  status: z.enum(['done', 'diverged', 'failed']),
  value: z.number().nullable(),
  epoch: z.int().nullable(),
  metrics: z.record(z.string(), z.number()),
  seconds: z.number(),
  reason: z.string().nullable(),
});

/** The outcome that an object is, or `undefined` when it is something else. */
export function parseOutcome(json: unknown): Outcome | undefined {
  const result = schema.safeParse(json);
  return result.success ? result.data : undefined;
}

export interface Judged {
  readonly metric: MetricPath;
  readonly mode: Mode;
  /** Whether the run keeps the weights of the best epoch by `metric`, as early stopping does it. */
  readonly keepsBest: boolean;
}

/** The epoch whose weights the run has kept, or `null` without one that is finite. */
export function judgedEpoch(history: readonly EpochRecord[], { metric, mode, keepsBest }: Judged): EpochRecord | null {
  const finite = history.filter((record) => Number.isFinite(metricAt(record, metric)));
  if (!keepsBest) {
    const last = history.at(-1);
    return last !== undefined && finite.includes(last) ? last : null;
  }
  const sign = mode === 'min' ? 1 : -1;
  return finite.reduce<EpochRecord | null>(
    (best, record) =>
      best === null || sign * metricAt(record, metric) < sign * metricAt(best, metric) ? record : best,
    null,
  );
}

/** All finite numbers of an epoch, by their paths. */
export function numbersOf(record: EpochRecord): Readonly<Record<string, number>> {
  const sets = ['train', 'validation', 'test'] as const;
  return Object.fromEntries(
    sets
      .flatMap((set) => Object.entries(record[set] ?? {}).map(([name, value]) => [`${set}.${name}`, value] as const))
      .filter(([, value]) => Number.isFinite(value)),
  );
}

export function outcomePath(trialFolder: string, epochs: number): string {
  return join(trialFolder, `outcome-${epochs}.json`);
}

/** The numbers of epochs that there are outcomes of, the most first. */
export async function writtenOutcomes(trialFolder: string): Promise<readonly number[]> {
  const names = await readdir(trialFolder).catch(() => []);
  const epochs = names.flatMap((name) => /^outcome-(\d+)\.json$/.exec(name)?.[1] ?? []);
  return epochs.map(Number).sort((a, b) => b - a);
}

/** The outcome that was written, or `undefined`. */
export async function readOutcome(trialFolder: string, epochs: number): Promise<Outcome | undefined> {
  const text = await readFile(outcomePath(trialFolder, epochs), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return parseOutcome(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export async function writeOutcome(trialFolder: string, outcome: Outcome): Promise<void> {
  await writeAtomically(outcomePath(trialFolder, outcome.epochs), `${JSON.stringify(outcome, null, 2)}\n`);
}
