import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Mode, summarize } from '@descent/core';
import { makeFolder, writeAtomically } from '@descent/files';
import {
  type ComparedRun,
  type Comparison,
  type Contender,
  compareRuns,
  environment,
  renderComparison,
} from '@descent/runs';
import { resolvedBackend } from '../auto/resolved.ts';
import type { LoadedConfig } from '../config/load.ts';
import { elsewhere, InterruptedError, UsageError } from '../errors.ts';
import { type Io, print, shownPath, warn } from '../io.ts';
import { describeRun } from '../run/folder.ts';
import { judgedEpoch } from '../sweep/trial/outcome.ts';
import { historyOf } from '../sweep/trial/run-trial.ts';
import { trainApart } from './apart.ts';
import { configOf, type Entry, entriesOf, type Overridden } from './entry.ts';
import { sharedPaths, watchedOf } from './metric.ts';
import { jsonOf, showComparison, shownSeconds } from './show.ts';
import { trainSeed } from './train-seeds.ts';

export interface CompareWanted extends Overridden {
  /** Default 5. */
  readonly seeds?: number;
  readonly out: string;
  readonly overwrite: boolean;
  readonly metric?: string;
  readonly mode?: Mode;
  /** Trainings at a time, each in a process of its own. Default: one, in this process. */
  readonly jobs?: number;
  /** Of each training on onnx:cpu. Default: one for each core, however many trainings there are at a time: other numbers of threads sum in another order. */
  readonly threads?: number;
  readonly json: boolean;
}

/** Trains what is not trained yet, compares it, prints the table and writes the page. */
export async function compare(paths: readonly string[], wanted: CompareWanted, io: Io): Promise<void> {
  const entries = await entriesOf(paths, wanted, io);
  if (entries.length < 2) {
    throw new UsageError('a comparison takes at least two recipes', {
      received: entries.map(({ name }) => name).join(', '),
      fix: 'name another config or run; runs that differ in the seed alone are one recipe',
    });
  }
  const odd = (['seeds', 'epochs', 'backend', 'set', 'jobs', 'threads'] as const).find(
    (name) => wanted[name] !== undefined,
  );
  if (odd !== undefined && entries.every(({ config }) => config === null)) {
    throw new UsageError(`--${odd} is for configs, and finished runs are not trained again`, {
      received: `--${odd} ${[wanted[odd]].flat().join(` --${odd} `)} for ${entries.map(({ name }) => name).join(', ')}`,
      fix: `leave --${odd} out, or give the configs`,
    });
  }
  const out = resolve(io.cwd, wanted.out);
  // A network that cannot be built is no reason to train the others first.
  for (const { config } of entries) if (config !== null) summarize(config.model, config.data.sample);
  const trained = await trainAll(entries, out, wanted, io);
  const comparison = await compared(trained, wanted, io);
  if (comparison.metric.startsWith('test.')) warn(await otherTestData(trained), io);
  const title = entries.map(({ name }) => name).join(', ');
  const page = join(out, 'comparison.html');
  const json = jsonOf(comparison);
  const write = async (): Promise<void> => {
    await makeFolder(out);
    await writeAtomically(page, renderComparison(comparison, { title, environment: environment() }));
    await writeAtomically(join(out, 'comparison.json'), `${JSON.stringify(json, null, 2)}\n`);
  };
  await write().catch((error: unknown) => {
    throw elsewhere(error, 'give a folder that can be written: --out <folder>');
  });
  if (wanted.json) print(io.out, JSON.stringify(json, null, 2));
  else {
    showComparison(comparison, io);
    print(io.out, `\npage: ${shownPath(page, io.cwd)}`);
  }
}

/** Trainings of each config, where nothing is said. */
const SEEDS = 5;

interface TrainedEntry {
  readonly entry: Entry;
  readonly folders: readonly string[];
}

/** Trains every config with every seed: one after the other, so that times mean something, or several side by side. */
async function trainAll(
  entries: readonly Entry[],
  out: string,
  { seeds = SEEDS, jobs = 1, threads, overwrite, json, epochs, backend, set }: CompareWanted,
  io: Io,
): Promise<readonly TrainedEntry[]> {
  const overridden = {
    ...(epochs !== undefined && { epochs }),
    ...(backend !== undefined && { backend }),
    ...(set !== undefined && { set }),
  };
  // Seed by seed, so that what there is early is about all recipes.
  const wanted = Array.from({ length: seeds }, (_, seed) =>
    entries.flatMap(({ name, config }) =>
      config === null ? [] : [{ name, config, seed, folder: join(out, name, `seed-${seed}`) }],
    ),
  ).flat();
  const total = wanted.length;
  const atOnce = Math.min(jobs, total);
  const say = (text: string): void => {
    if (!json) print(io.out, text);
  };
  if (atOnce > 1) {
    say(`${atOnce} trainings at a time: each takes longer than alone`);
    await chooseOnce(
      wanted.map(({ config }) => config),
      io,
    );
  }
  let done = 0;
  const train = async ({ name, config, seed, folder }: (typeof wanted)[number], signal: AbortSignal): Promise<void> => {
    if (overwrite) await rm(folder, { recursive: true, force: true });
    const own = { ...io, signal };
    const shared = threads === undefined ? {} : { threads };
    const ended =
      atOnce > 1
        ? await trainApart({ config: config.file, overridden, seed, folder, ...shared }, own)
        : await trainSeed(config, seed, folder, own, threads);
    done += 1;
    const { record } = await describeRun(folder);
    say(
      `${String(done).padStart(String(total).length)} of ${total}  ${name}, seed ${seed}: ${ended}, ${shownSeconds(record.seconds)}`,
    );
  };
  await sideBySide(wanted, atOnce, train, io.signal).catch((error: unknown) => {
    if (!io.signal.aborted) throw error;
    throw new InterruptedError(`the comparison ended after ${done} of ${total} trainings, which are kept`, {
      fix: 'the same command goes on from there',
    });
  });
  if (total > 0) say('');
  return entries.map((entry) => ({
    entry,
    folders: [
      ...entry.runs.map(({ path }) => path),
      ...(entry.config === null ? [] : wanted.filter(({ name }) => name === entry.name).map(({ folder }) => folder)),
    ],
  }));
}

/** Does `work` for all items in order, at most `atOnce` at a time. What goes wrong with one stops the others, and is thrown once they have ended. */
async function sideBySide<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const failing = new AbortController();
  const own = AbortSignal.any([signal, failing.signal]);
  let next = 0;
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const item = items[next++] as T;
      await work(item, own).catch((error: unknown) => {
        failures.push(error);
        failing.abort();
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}

/** Measures what `auto` is, and remembers it, before processes side by side would disturb each other's measurements. */
async function chooseOnce(configs: readonly LoadedConfig[], io: Io): Promise<void> {
  if (configs.some(({ backend }) => backend === 'auto')) await resolvedBackend('auto', io);
}

/** What people should know where recipes were tested on data of their own; validation data may differ by the seed. */
async function otherTestData(trained: readonly TrainedEntry[]): Promise<readonly string[]> {
  const tested = await Promise.all(
    trained.map(async ({ entry, folders }) => {
      const { record } = await describeRun(folders[0] as string);
      return { name: entry.name, data: record.data.find(({ role }) => role === 'test') };
    }),
  );
  if (new Set(tested.map(({ data }) => data?.sha256)).size === 1) return [];
  const each = tested.map(
    ({ name, data }) => `${name} on ${data === undefined ? 'none' : `${data.items} of ${data.name}`}`,
  );
  return [`the test data are not the same, so that more than the recipes may differ: ${each.join(', ')}`];
}

async function compared(
  trained: readonly TrainedEntry[],
  { metric: asked, mode }: CompareWanted,
  io: Io,
): Promise<Comparison> {
  const configs = await Promise.all(trained.map(({ entry }) => configOf(entry)));
  const histories = await Promise.all(trained.flatMap(({ folders }) => folders.map(historyOf)));
  const watched = watchedOf(sharedPaths(histories.filter(({ length }) => length > 0)), configs, asked, mode);
  const contenders = trained.map(async ({ entry, folders }, i): Promise<Contender> => {
    const config = configs[i] ?? null;
    const runs = folders.map(async (folder): Promise<ComparedRun> => {
      const [{ record }, history] = [await describeRun(folder), await historyOf(folder)];
      const keepsBest = config?.earlyStopping?.restoreBest === true;
      const judge = keepsBest
        ? { metric: config.earlyStopping.metric, mode: config.earlyStopping.mode, keepsBest }
        : { ...watched, keepsBest };
      // The epoch whose weights were kept, by what early stopping watched, which may be another number.
      const epoch = record.status === 'finished' ? judgedEpoch(history, judge) : null;
      const [set, name] = watched.metric.split('.') as ['test', string];
      const value = epoch?.[set]?.[name] ?? null;
      return {
        seed: record.settings.seed,
        value: value !== null && Number.isFinite(value) ? value : null,
        epoch: epoch?.epoch ?? null,
        seconds: record.seconds,
        history,
        folder: shownPath(folder, io.cwd),
      };
    });
    const summary = config === null ? null : summarize(config.model, config.data.sample);
    const [first] = folders;
    const { record } = await describeRun(first as string);
    return {
      name: entry.name,
      parameters: summary?.total ?? record.layers.reduce((sum, { parameters }) => sum + parameters, 0),
      flops: summary?.flops ?? null,
      runs: await Promise.all(runs),
    };
  });
  return compareRuns(await Promise.all(contenders), watched);
}
