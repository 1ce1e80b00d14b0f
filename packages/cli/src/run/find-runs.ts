import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRecord, type RunRecord } from './record.ts';

/** A run that was found below a folder. */
export interface FoundRun {
  readonly path: string;
  /** Null when it cannot be read. */
  readonly record: RunRecord | null;
  readonly status: RunRecord['status'] | null;
}

/** How far below a folder runs are looked for: `runs/mlp`, `runs/demo/lenet`, `runs/sweep/trials/3/run`. */
const DEPTH = 4;
const RECORD = 'run.json';

/** The runs in `folder` and in folders inside it, by path; none when there is no such folder. What lies inside a run is not looked at. */
export async function findRuns(folder: string, depth: number = DEPTH): Promise<readonly FoundRun[]> {
  return Promise.all((await runFolders(folder, { depth })).map(foundRun));
}

/** What `runFolders` looks for: how far down, and which file tells that a folder is a run, by default its record. */
export interface RunFoldersOptions {
  readonly depth?: number;
  readonly marks?: readonly string[];
}

/** The folders of the runs that `findRuns` reads. Links are not followed. */
export async function runFolders(
  folder: string,
  { depth = DEPTH, marks = [RECORD] }: RunFoldersOptions = {},
): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some((entry) => entry.isFile() && marks.includes(entry.name))) return [folder];
  if (depth === 0) return [];
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const inside = folders.sort().map((name) => runFolders(join(folder, name), { depth: depth - 1, marks }));
  return (await Promise.all(inside)).flat();
}

async function foundRun(path: string): Promise<FoundRun> {
  try {
    const file = join(path, RECORD);
    const record = parseRecord(await readFile(file, 'utf8'), file);
    return { path, record, status: record.status };
  } catch {
    return { path, record: null, status: null };
  }
}
