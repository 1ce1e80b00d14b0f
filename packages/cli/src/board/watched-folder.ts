import { stat } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import { knownDirections } from '../compare/metric.ts';
import { runFolders } from '../run/find-runs.ts';
import { type WatchedRun, watchRun } from './watched-run.ts';

/** All runs of a folder, looked at again and again. */
export interface WatchedFolder {
  readonly path: string;
  /** Whether it was there at the last look. */
  isThere(): boolean;
  /** By key. */
  runs(): ReadonlyMap<number, WatchedRun>;
  /** Looks for runs that are new or gone, and reads what changed in each; of long logs only a part. Calls `onRun` after each. Returns whether there is more to read. */
  look(onRun?: () => void): Promise<boolean>;
}

/** What tells that a folder is a run, even a damaged one. */
const MARKS = ['run.json', 'metrics.jsonl'];
/** Runs read at a time: more would only wait for the same disk. */
const AT_A_TIME = 8;

/** Watches the runs in `path` and below, as deep as `descent runs` looks. Nothing outside of it is read, and links in it are not followed. */
export function watchFolder(path: string): WatchedFolder {
  const directions = knownDirections();
  let isThere = false;
  let next = 1;
  let runs: ReadonlyMap<number, WatchedRun> = new Map();
  let keys: ReadonlyMap<string, number> = new Map();

  const lookForRuns = async (): Promise<void> => {
    isThere = (await stat(path).catch(() => null))?.isDirectory() === true;
    const found = isThere ? await runFolders(path, { marks: MARKS }) : [];
    const isSame = found.length === keys.size && found.every((one) => keys.has(one));
    if (isSame) return;
    keys = new Map(found.map((one) => [one, keys.get(one) ?? next++]));
    runs = new Map(
      [...keys].map(([one, key]) => [
        key,
        runs.get(key) ?? watchRun({ root: path, path: one, key, name: nameOf(one, path), directions }),
      ]),
    );
  };

  return {
    path,
    isThere: () => isThere,
    runs: () => runs,
    async look(onRun) {
      await lookForRuns();
      const waiting = [...runs.values()];
      const worker = async (): Promise<void> => {
        for (let run = waiting.pop(); run !== undefined; run = waiting.pop()) {
          await run.look();
          onRun?.();
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, worker));
      return [...runs.values()].some((run) => run.row().isReading);
    },
  };
}

/** With `/`, also on Windows; of the folder itself its own name. */
function nameOf(run: string, folder: string): string {
  return relative(folder, run).split(sep).join('/') || basename(folder);
}
