import type { NDArray, NDArrays, SampleType, Tree } from '@descent/core';
import { type DatasetOf, type DatasetOptions, split } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import type { DescentConfig, Examples, OwnData } from './define-config.ts';
import { areClasses, sampleOf } from './examples.ts';
import { fileData } from './file-data.ts';
import { namedData } from './named-data.ts';

/** Where training and test data come from. Nothing is fetched, and no image is opened, before `load`. */
export interface DataSource {
  readonly name: string;
  readonly sample: Tree<SampleType>;
  /** `null` where the data do not say. */
  readonly task: 'classification' | 'regression' | null;
  /** What was understood of data that do not say what they are, for people. */
  readonly notes?: readonly string[];
  load(watch?: LoadWatch): Promise<LoadedData>;
}

/** Who wants to know how far loading is, or to stop it. */
export type LoadWatch = Pick<DatasetOptions, 'onProgress' | 'signal'>;

/** Samples of one array or of several by name, and their targets. */
export type LoadedSet = DatasetOf<NDArrays, NDArray<'int32'>>;

export interface LoadedData {
  readonly train: LoadedSet;
  readonly validation: LoadedSet | null;
  readonly test: LoadedSet | null;
}

/** The data of a config; `ignored` is the label that the loss leaves out. Paths are relative to `cwd`. Tables are read here already, for they say themselves what a sample is. */
export async function dataSource(
  data: DescentConfig['data'],
  cwd: string,
  ignored?: number | undefined,
): Promise<DataSource> {
  if (typeof data === 'string') return namedData({ name: data }, cwd);
  if ('name' in data) return namedData(data, cwd);
  return 'train' in data ? ownData(data) : fileData(data, cwd, ignored);
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
    task: null,
    load: async () => loaded,
  };
}

function ownExamples({ x, y, name, classes = [], pictures }: Examples, fallback: string): LoadedSet {
  const length = y.shape[0] as number;
  return {
    name: name ?? fallback,
    length,
    classes,
    x,
    // Only rows are moved about, so that targets of any type are fine.
    y: y as LoadedSet['y'],
    licence: 'unknown',
    source: 'the config',
    citation: '',
    ...(pictures !== undefined && { pictures }),
  };
}

/**
 * Keeps back a share of the training data, with classes in proportion: the same items for the same seed.
 * @throws UsageError when that leaves nothing in one of the parts.
 */
export function splitValidation<X extends NDArrays>(
  data: DatasetOf<X, NDArray<'int32'>>,
  share: number,
  seed: number,
): { readonly train: typeof data; readonly validation: typeof data } {
  const [train, validation] = split(data, [1 - share, share], { seed, stratified: areClasses(data) });
  if (train.length > 0 && validation.length > 0) return { train, validation };
  throw new UsageError(
    `a share of ${share} leaves ${train.length} items to train and ${validation.length} to validate`,
    {
      path: 'validation',
      received: `${data.length} items in ${data.name}`,
      expected: 'at least one in each part',
      fix: 'choose another share',
    },
  );
}
