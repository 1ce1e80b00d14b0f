import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { folderHolder } from '@descent/runs';
import { type LoggedEpoch, numbersOf, readEpochs } from '../run/epoch-log.ts';
import { type FoundRun, findRuns } from '../run/find-runs.ts';
import type { RunRecord } from '../run/record.ts';

/** How a run stands. `training`: a process has it now; `cut off`: it says that it trains, and no process does. */
export type RunState = 'training' | 'cut off' | 'finished' | 'interrupted' | 'failed' | 'unreadable';

/** A run as a list shows it; plain data. */
export interface RunOverview {
  readonly path: string;
  readonly state: RunState;
  /** Null when its record cannot be read. */
  readonly record: RunRecord | null;
  readonly epochs: readonly LoggedEpoch[];
  /** The numbers of the last epoch, such as `validation_loss`; empty before the first has ended. */
  readonly last: Readonly<Record<string, number>>;
  /** Of all its files. */
  readonly bytes: number;
}

/** The runs in `folder` and below, the newest first; those that cannot be read stand at the end. */
export async function overviews(folder: string): Promise<readonly RunOverview[]> {
  const runs = await Promise.all((await findRuns(folder)).map(overview));
  return runs.toSorted((a, b) => (b.record?.started ?? '').localeCompare(a.record?.started ?? ''));
}

/** How the run in one folder stands. */
export async function overview({ path, record, status }: FoundRun): Promise<RunOverview> {
  const epochs = await readEpochs(path);
  const last = epochs.at(-1);
  return {
    path,
    record,
    state: await stateOf(path, status),
    epochs,
    last: last === undefined ? {} : numbersOf(last),
    bytes: await bytesIn(path),
  };
}

/** How the run in a folder stands, whose record says `status`: null when it cannot be read. */
export async function stateOf(path: string, status: FoundRun['status']): Promise<RunState> {
  if (status === null) return 'unreadable';
  const holder = await folderHolder(path).catch(() => undefined);
  // Of a process on another machine nothing is known but that it has not given the folder back.
  if (holder !== undefined && holder.process !== 'dead') return 'training';
  return status === 'running' ? 'cut off' : status;
}

/** The size of all files in `folder`; what goes while it is counted counts nothing. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return bytesIn(path);
    return entry.isFile()
      ? stat(path).then(
          ({ size }) => size,
          () => 0,
        )
      : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
