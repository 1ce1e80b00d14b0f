import { DescentError, type NDArray, type NDArrays, type Tree } from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import { fold, type Key, key } from '@descent/core/random';
import type { RowType, SampleOf } from '../lazy/lazy-dataset.ts';
import type { Following } from '../transforms/annotations.ts';
import { applyTransforms, asItem } from '../transforms/apply.ts';
import { mixedBatch } from '../transforms/apply-batch.ts';
import { followed, followedTypes } from '../transforms/follow.ts';
import { inPart, type PartTransforms, partKey, transformedParts } from '../transforms/part-transforms.ts';
import type { BatchTransform } from '../transforms/transform.ts';
import type { Limiter } from './limiter.ts';
import { expectRow, expectSample, expectTargets, type Rows, rowsOf } from './rows.ts';
import { reasonOf, sampleError } from './sample-error.ts';
import type { Samples } from './samples.ts';

/** How batches are made, as plain data. */
export interface BatchRules {
  readonly transforms: PartTransforms;
  /** The targets that go where the pixels of a picture go. */
  readonly following: Following | undefined;
  readonly batchTransforms: readonly BatchTransform[];
  readonly seed: number;
  readonly onError: 'fail' | 'skip';
}

/** Which batch to make. */
export interface BatchTask {
  readonly epoch: number;
  /** Of the batch in its epoch. */
  readonly index: number;
  /** The items in the dataset. */
  readonly items: Uint32Array;
}

export interface MadeBatch {
  readonly x: NDArrays;
  readonly y: NDArrays;
  /** Items that could not be read, in the order of the batch. */
  readonly skipped: readonly { readonly item: number; readonly reason: string }[];
}

interface Failure {
  readonly position: number;
  readonly error: unknown;
  /** Whether the item is to blame, not a transform. */
  readonly isUnreadable: boolean;
}

/**
 * Makes the batch of a task: reads its items, several at once as `limit` allows, changes and joins them. The result depends on task and rules alone; when
 * items fail, the error is that of the first in order, whatever the timing.
 */
export async function makeBatch(
  samples: Samples,
  rules: BatchRules,
  limit: Limiter,
  task: BatchTask,
  signal?: AbortSignal,
): Promise<MadeBatch> {
  const { epoch, index, items } = task;
  const type = transformedParts(rules.transforms, samples.type);
  const rows = rowsOf(type, targetTypes(rules, samples.target), items.length);
  const stream = fold(fold(key(rules.seed), 'transform'), epoch);
  const changePart = changer(rules.transforms, samples.type, type, stream);
  const moveTargets = mover(rules, samples, stream);
  const change = (sample: SampleOf, item: number): SampleOf => {
    expectSample(sample, samples.type);
    return moveTargets(changePart(sample, item), item);
  };
  const fill = samples.inMemory ? fillAtOnce : fillAsTheyCome;
  const failures = await fill({ samples, items, rows, change, limit, signal, goOn: rules.onError === 'skip' });
  signal?.throwIfAborted();
  expectUsable(failures, rules, samples, task);
  const batch = rows.finish(failures.map(({ position }) => position));
  const { x, y } = mixedBatch(rules.batchTransforms, batch, batchKey(rules.seed, epoch, index));
  return {
    x,
    y,
    skipped: failures.map(({ position, error }) => ({ item: items[position] as number, reason: reasonOf(error) })),
  };
}

/** Gives the item after the transforms of each of its arrays. Throws for an array of another type than the dataset tells. */
function changer(
  transforms: PartTransforms,
  before: Tree<RowType>,
  after: Tree<RowType>,
  stream: Key,
): (sample: SampleOf, item: number) => SampleOf {
  const parts = leavesOf(before).map(([name, type]) => ({
    name,
    type,
    made: name === '' ? (after as RowType) : ((after as Readonly<Record<string, RowType>>)[name] as RowType),
    list: transforms.get(name),
  }));
  const changed = ({ name, type, made, list }: (typeof parts)[number], x: NDArray, number: number): NDArray => {
    expectRow('the item', x, type);
    if (list === undefined) return x;
    const item = applyTransforms(list, asItem(x), partKey(fold(stream, number), name));
    expectRow('the transformed item', item, made);
    return item;
  };
  const [only] = parts;
  // Apart, since this runs for every item.
  if (only?.name === '') return ({ x, y }, item) => ({ x: changed(only, x as NDArray, item), y });
  return ({ x, y }, item) => ({
    x: Object.fromEntries(
      parts.map((part) => {
        const array = (x as Readonly<Record<string, NDArray>>)[part.name] as NDArray;
        return [part.name, inPart(part.name, () => changed(part, array, item))];
      }),
    ),
    y,
  });
}

/** Element types and shapes of the targets of a batch. */
function targetTypes({ transforms, following }: BatchRules, target: Tree<RowType>): Tree<RowType> {
  return following === undefined ? target : followedTypes(following, target, transforms.get(following.picture) ?? []);
}

/** Gives the sample with targets that went where the transforms moved the pixels of its picture. */
function mover(
  { transforms, following }: BatchRules,
  { type, target }: Samples,
  stream: Key,
): (sample: SampleOf, item: number) => SampleOf {
  if (following === undefined) return (sample) => sample;
  const { picture } = following;
  const list = transforms.get(picture) ?? [];
  const from = new Map(leavesOf(type)).get(picture) as RowType;
  return ({ x, y }, item) => {
    expectTargets(y, target);
    return { x, y: followed(following, y, list, from, partKey(fold(stream, item), picture)) as SampleOf['y'] };
  };
}

function batchKey(seed: number, epoch: number, index: number): Key {
  return fold(fold(fold(key(seed), 'batchTransform'), epoch), index);
}

interface Filling {
  readonly samples: Samples;
  readonly items: Uint32Array;
  readonly rows: Rows;
  change(sample: SampleOf, item: number): SampleOf;
  readonly limit: Limiter;
  readonly signal: AbortSignal | undefined;
  /** After a failure. */
  readonly goOn: boolean;
}

/** Without a promise for each item, which would cost more than the item. */
async function fillAtOnce({ samples, items, rows, change }: Filling): Promise<readonly Failure[]> {
  for (const [position, item] of items.entries()) {
    try {
      rows.put(position, change(samples.get(item) as SampleOf, item));
    } catch (error) {
      return [{ position, error, isUnreadable: false }];
    }
  }
  return [];
}

/** Items are begun in order, so all before one that fails are under way and waited for; those after it need not begin. */
async function fillAsTheyCome(filling: Filling): Promise<readonly Failure[]> {
  const { samples, items, rows, change, limit, signal, goOn } = filling;
  const failures: Failure[] = [];
  const one = async (item: number, position: number): Promise<void> => {
    if (signal?.aborted === true || (!goOn && failures.length > 0)) return;
    let isUnreadable = true;
    try {
      const sample = await samples.get(item, signal);
      isUnreadable = false;
      rows.put(position, change(sample, item));
    } catch (error) {
      failures.push({ position, error, isUnreadable });
    }
  };
  await Promise.all(Array.from(items, (item, position) => limit(() => one(item, position))));
  return failures.sort((a, b) => a.position - b.position);
}

/** Throws unless the failures, in order, may be left out of the batch. */
function expectUsable(failures: readonly Failure[], rules: BatchRules, samples: Samples, task: BatchTask): void {
  const nameOf = ({ position }: Failure): string => samples.nameOf(task.items[position] as number);
  const fatal = failures.find(({ isUnreadable }) => rules.onError === 'fail' || !isUnreadable);
  if (fatal !== undefined) throw sampleError(fatal.error, nameOf(fatal));
  const [first] = failures;
  if (first === undefined || failures.length < task.items.length) return;
  throw new DescentError('no item of the batch could be read, so nothing is left of it', {
    path: `batch ${task.index} of epoch ${task.epoch}`,
    received: `${nameOf(first)}: ${reasonOf(first.error)}`,
    fix: 'repair or remove the files that onSkip or the first warning name; where few are unreadable, shuffle: true spreads them over the batches',
  });
}
