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
import { elsewhere, InterruptedError, UsageError } from '../errors.ts';
import { type Io, print, shownPath, warn } from '../io.ts';
import { describeRun } from '../run/folder.ts';
import { judgedEpoch } from '../sweep/trial/outcome.ts';
import { historyOf } from '../sweep/trial/run-trial.ts';
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
  const odd = (['seeds', 'epochs', 'backend', 'set'] as const).find((name) => wanted[name] !== undefined);
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

/** Trains every config with every seed, one after the other: times would mean little otherwise. */
async function trainAll(
  entries: readonly Entry[],
  out: string,
  { seeds = SEEDS, overwrite, json }: CompareWanted,
  io: Io,
): Promise<readonly TrainedEntry[]> {
  const total = entries.filter(({ config }) => config !== null).length * seeds;
  const all = new Map(entries.map((entry) => [entry, entry.runs.map(({ path }) => path)]));
  let done = 0;
  const say = (text: string): void => {
    if (!json) print(io.out, text);
  };
  // Seed by seed, so that what there is early is about all recipes.
  for (let seed = 0; seed < seeds; seed++) {
    for (const entry of entries) {
      const { config, name } = entry;
      if (config === null) continue;
      const folder = join(out, name, `seed-${seed}`);
      if (overwrite) await rm(folder, { recursive: true, force: true });
      const ended = await trainSeed(config, seed, folder, io).catch((error: unknown) => {
        if (!io.signal.aborted) throw error;
        throw new InterruptedError(`the comparison ended after ${done} of ${total} trainings, which are kept`, {
          fix: 'the same command goes on from there',
        });
      });
      all.get(entry)?.push(folder);
      done += 1;
      const { record } = await describeRun(folder);
      say(
        `${String(done).padStart(String(total).length)} of ${total}  ${name}, seed ${seed}: ${ended}, ${shownSeconds(record.seconds)}`,
      );
    }
  }
  if (total > 0) say('');
  return entries.map((entry) => ({ entry, folders: all.get(entry) ?? [] }));
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
