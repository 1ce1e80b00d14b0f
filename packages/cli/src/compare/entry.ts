import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { DescentError } from '@descent/core';
import { type LoadedConfig, loadConfig, loadSource } from '../config/load.ts';
import { UsageError } from '../errors.ts';
import { type Io, shownPath } from '../io.ts';
import { findRuns } from '../run/find-runs.ts';
import { type DescribedRun, describeRun, hashOfText } from '../run/folder.ts';

/** A recipe to compare: a config, to be trained, or runs that were. */
export interface Entry {
  readonly name: string;
  /** Of a config. */
  readonly config: LoadedConfig | null;
  /** Of runs: their folders, one for each seed. */
  readonly runs: readonly { readonly path: string; readonly run: DescribedRun }[];
}

export interface Overridden {
  readonly epochs?: number;
  readonly backend?: string;
  /** What is put into each config. */
  readonly set?: readonly string[];
}

/** What the arguments of a command line are: configs, folders of runs, and folders with runs inside. Runs of one config that differ in the seed are one recipe. */
export async function entriesOf(paths: readonly string[], overridden: Overridden, io: Io): Promise<readonly Entry[]> {
  const entries: { name: string; key: string; entry: Omit<Entry, 'name'> }[] = [];
  for (const path of paths) {
    if (!(await isFolder(resolve(io.cwd, path)))) {
      const config = await loadConfig(path, io.cwd, overridden);
      const name = basename(config.file, extname(config.file)).replace(/\.config$/, '');
      const key = hashOfText(config.file);
      if (entries.some((other) => other.key === key))
        throw new UsageError('a config is there twice', {
          received: path,
          fix: 'name each once; --seeds trains it several times',
        });
      entries.push({ name, key, entry: { config, runs: [] } });
      continue;
    }
    for (const { key, name, run, path: folder } of await runsIn(path, io)) {
      const known = entries.findIndex((other) => other.key === key);
      const more = { path: folder, run };
      if (known < 0) entries.push({ name, key, entry: { config: null, runs: [more] } });
      else {
        const { entry, ...rest } = entries[known] as (typeof entries)[number];
        if (entry.runs.some((other) => other.path === folder))
          throw new UsageError('a run is there twice', { received: shownPath(folder, io.cwd), fix: 'name each once' });
        entries[known] = { ...rest, entry: { ...entry, runs: [...entry.runs, more] } };
      }
    }
  }
  return distinct(entries.map(({ name, entry }) => ({ name, ...entry })));
}

/** The finished runs in a folder, or the one that it is. */
async function runsIn(path: string, io: Io) {
  const found = await findRuns(resolve(io.cwd, path));
  if (found.length === 0) {
    throw new DescentError('there is no run in this folder', {
      path,
      expected: 'a config, the folder of a run, or a folder with runs inside',
      fix: 'give what descent train wrote, such as runs/lenet',
    });
  }
  return Promise.all(
    found.map(async ({ path: folder, status }) => {
      const run = await describeRun(folder);
      if (status !== 'finished') {
        throw new DescentError('a run that is not finished is no result', {
          path: shownPath(folder, io.cwd),
          received: `a run that is ${status}`,
          fix: `descent resume ${shownPath(folder, io.cwd)}, or leave it out`,
        });
      }
      const { seed: _, choice: __, requestedBackend: ___, ...settings } = run.record.settings;
      // Runs of one config and the same settings, but for the seed, are trainings of one recipe.
      const key = JSON.stringify([hashOfText(run.source), settings]);
      return { path: folder, run, key, name: basename(folder) };
    }),
  );
}

/** Names that are there twice get a number. */
function distinct(entries: readonly Entry[]): readonly Entry[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const times = (seen.get(entry.name) ?? 0) + 1;
    seen.set(entry.name, times);
    return times === 1 ? entry : { ...entry, name: `${entry.name}-${times}` };
  });
}

/** The config of an entry; `null` for a run whose config cannot be built any more. */
export async function configOf({ config, runs }: Entry): Promise<LoadedConfig | null> {
  const [first] = runs;
  if (config !== null || first === undefined) return config;
  const { source, record } = first.run;
  try {
    return await loadSource(source, record.config.original, record.config.cwd);
  } catch (error) {
    // Its data may be gone; what it came to is written down.
    if (error instanceof DescentError) return null;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
