import { DescentError, type NDArray } from '@descent/core';
import { fold, type Key, key } from '@descent/core/random';
import type { TargetType } from '../dataset.ts';
import type { RowType, Sample } from '../lazy/lazy-dataset.ts';
import { applyTransforms, asItem, transformedItem } from '../transforms/apply.ts';
import { applyBatchTransforms } from '../transforms/apply-batch.ts';
import type { BatchTransform, Transform } from '../transforms/transform.ts';
import type { Limiter } from './limiter.ts';
import { expectRow, expectSample, type Rows, rowsOf } from './rows.ts';
import { reasonOf, sampleError } from './sample-error.ts';
import type { Samples } from './samples.ts';

/** How batches are made, as plain data. */
export interface BatchRules {
  readonly transforms: readonly Transform[];
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
  readonly x: NDArray;
  readonly y: NDArray<TargetType>;
  /** Items that could not be read, in the order of the batch. */
  readonly skipped: readonly { readonly item: number; readonly reason: string }[];
}

interface Failure {
  readonly position: number;
  readonly error: unknown;
  /** Whether the item is to blame, not a transform. */
  readonly isUnreadable: boolean;
}

/** Element type and shape of the items after the transforms. */
export function madeType({ transforms }: Pick<BatchRules, 'transforms'>, type: RowType): RowType {
  return transforms.length === 0 ? type : transformedItem(transforms, type);
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
  const type = madeType(rules, samples.type);
  const rows = rowsOf(type, samples.target, items.length);
  const stream = fold(fold(key(rules.seed), 'transform'), epoch);
  const change = (sample: Sample, item: number): Sample => {
    expectSample(sample);
    const { x, y } = sample;
    expectRow('the item', x, samples.type);
    if (rules.transforms.length === 0) return { x, y };
    const changed = applyTransforms(rules.transforms, asItem(x), fold(stream, item));
    expectRow('the transformed item', changed, type);
    return { x: changed, y };
  };
  const fill = samples.inMemory ? fillAtOnce : fillAsTheyCome;
  const failures = await fill({ samples, items, rows, change, limit, signal, goOn: rules.onError === 'skip' });
  signal?.throwIfAborted();
  expectUsable(failures, rules, samples, task);
  const batch = rows.finish(failures.map(({ position }) => position));
  const { x, y } = applyBatchTransforms(rules.batchTransforms, batch, batchKey(rules.seed, epoch, index));
  return {
    x,
    y,
    skipped: failures.map(({ position, error }) => ({ item: items[position] as number, reason: reasonOf(error) })),
  };
}

function batchKey(seed: number, epoch: number, index: number): Key {
  return fold(fold(fold(key(seed), 'batchTransform'), epoch), index);
}

interface Filling {
  readonly samples: Samples;
  readonly items: Uint32Array;
  readonly rows: Rows;
  change(sample: Sample, item: number): Sample;
  readonly limit: Limiter;
  readonly signal: AbortSignal | undefined;
  /** After a failure. */
  readonly goOn: boolean;
}

/** Without a promise for each item, which would cost more than the item. */
async function fillAtOnce({ samples, items, rows, change }: Filling): Promise<readonly Failure[]> {
  for (const [position, item] of items.entries()) {
    try {
      rows.put(position, change(samples.get(item) as Sample, item));
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
