import type { NDArrays, SampleType, Tree } from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import type { DatasetOf, DatasetOptions } from '@descent/datasets';
import type { DescentConfig, Examples, OwnData } from './define-config.ts';
import { sampleOf, targetsOf } from './examples.ts';
import { fileData } from './file-data.ts';
import { localFiles } from './local-files.ts';
import type { DataTask } from './loss.ts';
import { namedData } from './named-data.ts';
import type { Preparation } from './preparation.ts';

/** Where training and test data come from. Nothing is fetched, and no image is opened, before `load`. */
export interface DataSource extends DataTask {
  readonly sample: Tree<SampleType>;
  /** What was understood of data that do not say what they are, for people. */
  readonly notes?: readonly string[];
  /** Lengths that batches of sequences are cut to, of which similar ones come together. */
  readonly buckets?: readonly number[];
  /** `heldBack` counts for data that are split here, see `isSplit`; all others are split later. */
  load(watch?: LoadWatch, heldBack?: HeldBack): Promise<LoadedData>;
}

/** Who wants to know how far loading is, or to stop it. */
export type LoadWatch = Pick<DatasetOptions, 'onProgress' | 'signal'>;

/** A share of the training data for validation. */
export interface HeldBack {
  readonly share: number;
  readonly seed: number;
}

/** Samples and targets, each of one array or of several by name. */
export type LoadedSet = DatasetOf<NDArrays, NDArrays>;

export interface LoadedData extends Preparation {
  readonly train: LoadedSet;
  readonly validation: LoadedSet | null;
  readonly test: LoadedSet | null;
  /** Whether what validation holds back is taken out already, since data are prepared by what their training rows say, or split in time. */
  readonly isSplit?: boolean;
}

/** The data of a config; `ignored` is the label that the loss leaves out. Paths are relative to `cwd`. Tables are read here already, for they say themselves what a sample is. */
export async function dataSource(
  data: DescentConfig['data'],
  cwd: string,
  ignored?: number | undefined,
): Promise<DataSource> {
  if (typeof data === 'string') return namedData({ name: data }, cwd);
  if ('name' in data) return namedData(data, cwd);
  return 'train' in data ? ownData(data) : fileData(data, localFiles(cwd), ignored);
}

function ownData({ train, validation, test }: OwnData): DataSource {
  const loaded: LoadedData = {
    train: ownExamples(train, 'train'),
    validation: validation === undefined ? null : ownExamples(validation, 'validation'),
    test: test === undefined ? null : ownExamples(test, 'test'),
  };
  return {
    name: loaded.train.name,
    sample: sampleOf(loaded.train),
    targets: targetsOf(loaded.train),
    task: null,
    load: async () => loaded,
  };
}

function ownExamples({ x, y, name, classes = [], pictures }: Examples, fallback: string): LoadedSet {
  return {
    name: name ?? fallback,
    length: leavesOf(y)[0]?.[1].shape[0] as number,
    classes,
    x,
    y,
    licence: 'unknown',
    source: 'the config',
    citation: '',
    ...(pictures !== undefined && { pictures }),
  };
}
