import { type AsyncLoaderOf, type LoaderOf, loader } from '@descent/datasets';
import type { LoadedData, LoadedSet } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { augmented } from './augmented.ts';

const HELD_OUT_BATCH = 500;

/** The batches that a config is trained on; the caller closes them. */
export function trainLoader(config: LoadedConfig, { train }: Pick<LoadedData, 'train'>): LoaderOf | AsyncLoaderOf {
  const { batchSize, seed } = config;
  return loader(train, { batchSize, seed, ...augmented(config, train) }) as LoaderOf | AsyncLoaderOf;
}

/** The batches that `fit` evaluates on after each epoch. */
export function heldOutLoaders({ validation, test }: LoadedData): {
  readonly validation?: LoaderOf;
  readonly test?: LoaderOf;
} {
  return {
    ...(validation !== null && { validation: evaluated(validation) }),
    ...(test !== null && { test: evaluated(test) }),
  };
}

function evaluated(data: LoadedSet): LoaderOf {
  return loader(data, { batchSize: Math.min(HELD_OUT_BATCH, data.length) });
}
