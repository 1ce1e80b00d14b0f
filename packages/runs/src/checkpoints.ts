import {
  type Callback,
  expectOptions,
  type FitContext,
  isBetter,
  type MetricPath,
  type Mode,
  metricAt,
  ValueError,
  watched,
} from '@descent/core';
import { openFolder } from '#folder';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { expectPath } from './expect-path.ts';
import type { Folder } from './folder/folder.ts';

export interface CheckpointOptions<Watched extends MetricPath = MetricPath> {
  /** Where the files go; made when it is missing. In a browser, a folder of the files that belong to the origin of the page (OPFS). */
  readonly folder: string;
  /** Write one after each multiple of so many updates. Default: none within an epoch. */
  readonly everySteps?: number;
  /** Write one after each multiple of so many epochs. Default 1. */
  readonly everyEpochs?: number;
  /** Leave out those that would come sooner after another; the last one is always written. Default 0. */
  readonly minSeconds?: number;
  /** How many of these to keep, the newest. Default 3. */
  readonly keepLast?: number;
  /** Keep the best epoch, too, as `best.safetensors`. */
  readonly best?: Watched;
  /** Whether the smallest or the largest number is the best. Default: as the metric says. */
  readonly mode?: Mode;
  /** Kept in each file. */
  readonly info?: unknown;
}

const NAMES: readonly string[] = [
  'folder',
  'everySteps',
  'everyEpochs',
  'minSeconds',
  'keepLast',
  'best',
  'mode',
  'info',
];

const NAME = /^step-\d{9}\.safetensors$/;
const BEST = 'best.safetensors';

/** Writes checkpoints while `fit` runs, each whole or not at all. An error while writing ends training with that error; nothing old is lost. */
export function checkpoints<const Watched extends MetricPath = never>(
  options: CheckpointOptions<Watched>,
): Callback<string, Watched> {
  expectOptions('checkpoints', options, NAMES);
  const { folder, everySteps, everyEpochs = 1, minSeconds = 0, keepLast = 3, best, mode, info = null } = options;
  expectPath('checkpoints', folder, 'folder');
  const files = openFolder(folder);
  for (const [path, value] of Object.entries({ everySteps: everySteps ?? 1, everyEpochs, keepLast })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new ValueError('checkpoints were given an invalid option', {
      path,
      received: String(value),
      expected: 'an integer of at least 1',
    });
  }
  if (!(minSeconds >= 0 && minSeconds < Number.POSITIVE_INFINITY)) {
    throw new ValueError('checkpoints were given an invalid option', {
      path: 'minSeconds',
      received: String(minSeconds),
      expected: 'a number of seconds, at least 0',
    });
  }
  let way: Mode | undefined;
  let bestSoFar: number | null = null;
  /** Takes up the epochs of a `fit` that is resumed. */
  const start = (metric: MetricPath, context: FitContext, before: number): void => {
    if (way !== undefined) return;
    way = watched(metric, mode, context);
    for (const record of context.position.history.slice(0, before)) {
      const value = metricAt(record, metric);
      if (isBetter(value, bestSoFar, way)) bestSoFar = value;
    }
  };
  const write = async (name: string, { trainer, position }: FitContext): Promise<void> => {
    await files.write(name, await encodeCheckpoint({ state: await trainer.state(), position, info }));
  };
  let written = -1;
  // Not the time of day, which may jump.
  let writtenAt = performance.now();
  const isDue = (): boolean => minSeconds === 0 || performance.now() - writtenAt >= 1000 * minSeconds;
  const writeNumbered = async (context: FitContext): Promise<void> => {
    if (written === context.trainer.stepCount) return;
    written = context.trainer.stepCount;
    writtenAt = performance.now();
    await write(`step-${String(context.trainer.stepCount).padStart(9, '0')}.safetensors`, context);
    for (const name of (await numbered(files)).slice(keepLast)) await files.remove(name);
  };
  return {
    ...(best !== undefined && { watches: best }),
    ...(everySteps !== undefined && { everySteps }),
    onStart(context) {
      if (best !== undefined) start(best, context, context.position.history.length);
    },
    async onSteps(context) {
      if (isDue()) await writeNumbered(context);
    },
    async onEpoch(record, context) {
      if (record.epoch % everyEpochs === 0 && isDue()) await writeNumbered(context);
      if (best === undefined) return;
      start(best, context, -1);
      const value = metricAt(record, best);
      if (!isBetter(value, bestSoFar, way as Mode)) return;
      bestSoFar = value;
      await write(BEST, context);
    },
    // Training may have been stopped between two intervals.
    onEnd: (_, context) => writeNumbered(context),
  };
}

export interface FoundCheckpoint extends Checkpoint {
  readonly path: string;
  /** Newer files that could not be read, and why. */
  readonly damaged: readonly string[];
}

/** The newest checkpoint in `folder` that is intact, or `null` when there is none. Damaged ones are passed over and named. */
export async function latestCheckpoint(folder: string): Promise<FoundCheckpoint | null> {
  expectPath('latestCheckpoint', folder, 'folder');
  const files = openFolder(folder);
  const damaged: string[] = [];
  for (const name of await numbered(files)) {
    const path = files.pathOf(name);
    try {
      return { ...(await decodeCheckpoint(await files.read(name), path)), path, damaged };
    } catch (error) {
      damaged.push(error instanceof Error ? error.message : String(error));
    }
  }
  return null;
}

/** The checkpoint of the best epoch. Throws when there is none or it is damaged. */
export async function bestCheckpoint(folder: string): Promise<Checkpoint> {
  expectPath('bestCheckpoint', folder, 'folder');
  const files = openFolder(folder);
  return decodeCheckpoint(await files.read(BEST), files.pathOf(BEST));
}

/** Names of the numbered files, newest first. */
async function numbered(files: Folder): Promise<readonly string[]> {
  // All have as many digits.
  return (await files.list())
    .filter((name) => NAME.test(name))
    .toSorted()
    .reverse();
}
