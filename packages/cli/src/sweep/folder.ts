import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FolderLock, lockFolder } from '@descent/runs';
import { type Io, print } from '../io.ts';
import { version } from '../version.ts';
import type { DefinedSweep } from './define.ts';
import { expectSame, readSweep, type SweepRecord, writeSweep } from './definition.ts';
import { type Journal, openJournal } from './journal.ts';
import type { SweepEvent } from './state.ts';
import { trialFolder } from './trial/job.ts';
import { outcomePath, readOutcome, writtenOutcomes } from './trial/outcome.ts';

/** What a sweep writes; `--overwrite` takes these away, and nothing else. */
const ALL = ['sweep.json', 'trials.jsonl', 'trials', 'optuna.db', 'report.html', 'slurm'];

/** The folder of a sweep, which is this process's own until `release`. */
export interface SweepFolder {
  readonly path: string;
  readonly record: SweepRecord;
  readonly journal: Journal;
  readonly release: FolderLock;
}

/**
 * Opens the folder of a sweep, or makes it, and locks it.
 * @throws DescentError when another process works there; UsageError when another sweep is there, unless `overwrite`.
 */
export async function openSweepFolder(
  path: string,
  { definition, sources }: Pick<DefinedSweep, 'definition' | 'sources'>,
  { overwrite = false, retryFailed = false }: { readonly overwrite?: boolean; readonly retryFailed?: boolean },
  io: Io,
): Promise<SweepFolder> {
  const onWait = (owner: string): void =>
    print(io.err, `waiting for a sign of life of ${owner}, which locked the folder; half a minute at most`);
  const release = await lockFolder(path, { onWait, signal: io.signal });
  try {
    if (overwrite) for (const name of ALL) await rm(join(path, name), { recursive: true, force: true });
    const before = await readSweep(path);
    if (before !== undefined) expectSame(path, before.definition, definition);
    const record: SweepRecord = before ?? {
      descent: version(),
      id: randomUUID(),
      started: new Date().toISOString(),
      file: sources.file,
      cwd: io.cwd,
      definition,
    };
    if (before === undefined) await writeSweep(path, record);
    const isFailed = (event: SweepEvent): boolean => event.event === 'outcome' && event.status === 'failed';
    const journal = await openJournal(path, (event) => !(retryFailed && isFailed(event)));
    if (retryFailed) await forgetFailed(path, journal);
    return { path, record, journal, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Takes away what the processes of failed trials wrote about that. */
async function forgetFailed(path: string, { events }: Journal): Promise<void> {
  for (const { trial } of events) {
    const folder = trialFolder(path, trial);
    for (const epochs of await writtenOutcomes(folder)) {
      const outcome = await readOutcome(folder, epochs);
      if (outcome?.status === 'failed') await rm(outcomePath(folder, epochs), { force: true });
    }
  }
}
