import { describeValue, expectOptions, ValueError } from '@descent/core';
import { randomSampler, sequentialSampler } from '../samplers/orders.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { type Following, followingOf } from '../transforms/annotations.ts';
import { type PartTransforms, partTransforms, type Transforms } from '../transforms/part-transforms.ts';
import type { BatchTransform } from '../transforms/transform.ts';
import type { SkippedSample } from './batch.ts';
import type { Samples } from './samples.ts';

export interface LoaderOptions {
  /** Items a batch. */
  readonly batchSize: number;
  /** A new order each epoch. Default false. */
  readonly shuffle?: boolean;
  /** The order of an epoch and the draws of its transforms depend on this and the epoch's number alone. Default 0. */
  readonly seed?: number;
  /** Leave out the last batch when it is not full. Default false. */
  readonly dropLast?: boolean;
  /** Which items in which order, instead of `shuffle`. */
  readonly sampler?: Sampler;
  /** Changes of each item, in order; by name where items have several arrays: `{ picture: [randomCrop(28)] }`. What they draw depends on `seed`, the epoch, and the item's number in the dataset. */
  readonly transform?: Transforms;
  /** Changes of each batch, after those of the items. What they draw depends on `seed`, the epoch, and the number of the batch. */
  readonly batchTransform?: BatchTransform | readonly BatchTransform[];
  /**
   * Threads that read, change and join items; the batches are the same for any number. Of data in memory they are used only where transforms take longer
   * than handing a batch over, which is measured. Default 0: none but this one.
   */
  readonly workers?: number;
  /**
   * Batches that each worker makes ahead of the one in use; without workers, batches of a lazy dataset that are read ahead. With 0 (and no workers)
   * one item is read after the other, when its batch is asked for. Default 2.
   */
  readonly prefetch?: number;
  /**
   * What to do when an item cannot be read: `'fail'` (the default), or `'skip'`, which leaves it out of its batch, so that the batch is smaller. Errors
   * of transforms always fail, and so does a batch with nothing left.
   */
  readonly onError?: 'fail' | 'skip';
  /** Called for each item that is left out, once. Default: a warning of the process at the first. */
  readonly onSkip?: (sample: SkippedSample) => void;
  /**
   * Whether `fit` may keep the data on the device, where they are in memory and batches are rows of them as they are; `maxResidentBytes` of `fit` says up to
   * which size. Default true.
   */
  readonly resident?: boolean;
  /** When it aborts, iterations end with its reason, and so do the workers. */
  readonly signal?: AbortSignal;
}

/** The options with defaults filled in. */
export interface Settings {
  readonly batchSize: number;
  readonly seed: number;
  readonly dropLast: boolean;
  readonly sampler: Sampler;
  readonly transforms: PartTransforms;
  readonly following: Following | undefined;
  readonly batchTransforms: readonly BatchTransform[];
  readonly workers: number;
  readonly prefetch: number;
  readonly onError: 'fail' | 'skip';
  readonly onSkip: ((sample: SkippedSample) => void) | undefined;
  readonly resident: boolean;
  readonly signal: AbortSignal | undefined;
}

const OPTIONS = [
  'batchSize',
  'shuffle',
  'seed',
  'dropLast',
  'sampler',
  'transform',
  'batchTransform',
  'workers',
  'prefetch',
  'onError',
  'onSkip',
  'resident',
  'signal',
] as const;

/** Checks the options of a loader of these items. Throws a `ValueError` for an unknown or wrong one. */
export function settingsOf(options: LoaderOptions, samples: Samples): Settings {
  expectOptions('loader', options, OPTIONS);
  const { length: items, type: item, target, annotations } = samples;
  const { batchSize, seed = 0, shuffle = false, dropLast = false, sampler, workers = 0, prefetch = 2 } = options;
  const { transform = [], batchTransform = [], onError = 'fail', onSkip, resident = true, signal } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ValueError('loader: batchSize is the number of items a batch', {
      received: show(batchSize),
      expected: 'a positive integer',
      fix: 'pass { batchSize: 64 }',
    });
  }
  check(Number.isSafeInteger(seed), 'seed names the shuffle order', seed, 'a whole number');
  check(typeof shuffle === 'boolean', 'shuffle is a switch', shuffle, 'true or false');
  check(typeof dropLast === 'boolean', 'dropLast is a switch', dropLast, 'true or false');
  check(count(workers, 256), 'workers is a number of threads', workers, 'an integer from 0 to 256');
  check(count(prefetch, 1024), 'prefetch is a number of batches', prefetch, 'an integer from 0 to 1024');
  check(workers === 0 || prefetch > 0, 'workers always work ahead', 'prefetch: 0', 'prefetch of at least 1');
  check(onError === 'fail' || onError === 'skip', 'onError has no such setting', onError, "'fail' or 'skip'");
  check(onSkip === undefined || typeof onSkip === 'function', 'onSkip is a function', onSkip, '(sample) => void');
  check(typeof resident === 'boolean', 'resident is a switch', resident, 'true or false');
  check(signal === undefined || signal instanceof AbortSignal, 'signal is an AbortSignal', signal, 'an AbortSignal');
  if (sampler !== undefined && shuffle) {
    throw new ValueError('loader: a sampler gives the order, so there is nothing to shuffle', {
      received: 'both sampler and shuffle',
      fix: 'leave shuffle out, and pass a sampler that shuffles, such as randomSampler(data.length)',
    });
  }
  const transforms = partTransforms('loader', transform, item, (given, path) => list('transform', given, path));
  return {
    batchSize,
    seed,
    dropLast,
    sampler: checkedSampler(sampler) ?? (shuffle ? randomSampler(items, { seed }) : sequentialSampler(items)),
    transforms,
    following: followingOf('loader', annotations, transforms, item, target),
    batchTransforms: list('batchTransform', batchTransform),
    workers,
    prefetch,
    onError,
    onSkip,
    resident,
    signal,
  };
}

function checkedSampler(sampler: Sampler | undefined): Sampler | undefined {
  if (sampler === undefined) return undefined;
  const is = typeof sampler?.indices === 'function' && count(sampler.length, 2 ** 32);
  check(is, 'sampler says which items an epoch takes', typeof sampler, '{ length, indices(epoch) }');
  return sampler;
}

/** Transforms are told from one another by a word under the name of the option. */
function list<T extends object>(
  option: 'transform' | 'batchTransform',
  given: T | readonly T[],
  path: string = option,
): readonly T[] {
  const all = (Array.isArray(given) ? given : [given]) as readonly T[];
  for (const [i, one] of all.entries()) {
    const word = (one as Readonly<Record<string, unknown>> | null | undefined)?.[option];
    if (typeof word === 'string') continue;
    throw new ValueError(`loader: this is no ${option}`, {
      path: `${path}[${i}]`,
      received:
        typeof one === 'object'
          ? `an object with ${Object.keys(one ?? {}).join(', ') || 'nothing'}`
          : typeof one === 'function'
            ? describeValue(one)
            : show(one),
      expected: `what a function such as ${option === 'transform' ? 'randomCrop(28)' : 'mixup({ classes: 10 })'} gives`,
      ...(typeof one === 'function'
        ? {
            fix: `call it where it is one of @descent/datasets: ${nameOf(one)}(); code of your own goes into the get of a lazy dataset (moduleDataset)`,
          }
        : {}),
    });
  }
  return all;
}

function count(value: unknown, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function check(ok: boolean, what: string, received: unknown, expected: string): void {
  if (!ok) throw new ValueError(`loader: ${what}`, { received: show(received), expected });
}

/** A value in an error; text in quotes. */
export function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function nameOf({ name }: { readonly name: string }): string {
  return name === '' || name === 'transform' ? 'toFloat' : name;
}
