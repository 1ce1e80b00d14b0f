import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochRecord } from '@descent/core';

/** What a run wrote of one epoch: a line of its `metrics.jsonl`. */
export interface LoggedEpoch extends EpochRecord {
  /** Updates made until its end. */
  readonly step: number;
}

const LOG = 'metrics.jsonl';

/** The epochs of a run so far; what is no whole line, such as one that is just being written, is left out. */
export async function readEpochs(run: string): Promise<readonly LoggedEpoch[]> {
  const text = await readFile(join(run, LOG), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => parseEpoch(line) ?? []);
}

/** The epoch that a line tells of; undefined for what is no whole line. */
export function parseEpoch(line: string): LoggedEpoch | undefined {
  try {
    const { validation = null, test = null, ...epoch } = JSON.parse(line) as LoggedEpoch;
    const isWhole = Number.isSafeInteger(epoch.epoch) && typeof epoch.train === 'object' && epoch.train !== null;
    return isWhole ? { ...epoch, validation, test } : undefined;
  } catch {
    return undefined;
  }
}

/** The numbers of an epoch by name, such as `validation_loss`, those of data that were not trained on first. */
export function numbersOf({ train, validation, test }: EpochRecord): Readonly<Record<string, number>> {
  const named = Object.entries({ validation, test, train }).flatMap(([part, metrics]) =>
    // JSON has no NaN, and writes null.
    Object.entries(metrics ?? {}).map(([name, value]) => [`${part}_${name}`, (value as number | null) ?? Number.NaN]),
  );
  return Object.fromEntries(named);
}
