import { describeValue, expectOptions, ValueError } from '@descent/core';
import { dataHome } from '#platform/downloads.js';
import { expectTransforms } from '../arguments.ts';
import type { ArrayDataset, TargetType } from '../dataset.ts';
import type { Part } from '../definition.ts';
import type { EnsureOptions } from '../download/ensure.ts';
import type { DownloadEvent } from '../download/progress.ts';
import type { Transform } from '../transforms/transform.ts';
import { expectFixed, transformed } from '../transforms/transformed.ts';

/** What every named data set takes. */
export interface DatasetOptions {
  /**
   * The folder of the data, or one above it as torchvision has it. Default: `DESCENT_DATA_HOME`, else a folder in the user's cache. In a browser: the name
   * of what the page keeps its data under, `descent/datasets` by default.
   */
  readonly root?: string;
  /** The training data (the default) or the test data. */
  readonly train?: boolean;
  /** Fetch what is missing. Default false. */
  readonly download?: boolean;
  /**
   * Where to fetch from, in order, in place of the publisher: addresses such as `https://mirror.example/data`, which stands for
   * `https://mirror.example/data/{set}/{file}`; in a browser, addresses relative to the page, too. The word `published` in the list stands for the publisher. Default: `DESCENT_MIRRORS`.
   */
  readonly mirrors?: string | readonly string[];
  /** Never use the network. Default: `DESCENT_OFFLINE`. */
  readonly offline?: boolean;
  /** Called as a download goes on. */
  readonly onProgress?: (event: DownloadEvent) => void;
  /** Changes of each item that draw nothing, such as `resize(14)`, applied once, in order. Those that draw belong to the loader. */
  readonly transform?: Transform | readonly Transform[];
  /** Stops a download; what was fetched is kept, other than in a browser. */
  readonly signal?: AbortSignal;
}

/** The names of the options that every set takes. */
export const DATASET_OPTIONS: readonly string[] = [
  'root',
  'train',
  'download',
  'transform',
  'mirrors',
  'offline',
  'onProgress',
  'signal',
];

/** The options with defaults filled in. */
export interface ResolvedOptions {
  readonly part: Part;
  readonly ensure: EnsureOptions;
  /** What is done with the set when it has been read. */
  finish<Y extends TargetType>(dataset: ArrayDataset<Y>): ArrayDataset<Y>;
}

/** Checks options and fills in the defaults. Throws a `ValueError` for an unknown or wrong one. */
export function resolveOptions(set: string, options: DatasetOptions, more: readonly string[] = []): ResolvedOptions {
  expectOptions(set, options, [...DATASET_OPTIONS, ...more]);
  const { root = dataHome(), train = true, download = false, transform = [] } = options;
  const { mirrors, offline, onProgress, signal } = options;
  if (typeof root !== 'string' || root === '') {
    throw new ValueError(`${set}: root is the folder of its files`, {
      received: describeValue(root),
      expected: "a path, such as { root: 'data/mnist' }",
    });
  }
  for (const [name, value] of Object.entries({ train, download, offline })) {
    if (value === undefined || typeof value === 'boolean') continue;
    throw new ValueError(`${set}: ${name} is a switch`, { received: describeValue(value), expected: 'true or false' });
  }
  const transforms: readonly Transform[] = Array.isArray(transform) ? transform : [transform];
  expectTransforms(set, transforms, 'transform');
  expectFixed(transforms);
  return {
    part: train ? 'train' : 'test',
    ensure: { root, download, mirrors, offline, onProgress, signal },
    finish: (dataset) => (transforms.length === 0 ? dataset : transformed(dataset, transforms)),
  };
}
