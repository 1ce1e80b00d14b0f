import { resolve } from 'node:path';
import type { NDArray, SampleType } from '@descent/core';
import { type ArrayDataset, fashionMnist, mnist, mnistSample, split } from '@descent/datasets';
import type { DatasetName, DescentConfig, Examples } from './define-config.ts';

/** Where training and test data come from; nothing is read before `load`. */
export interface DataSource {
  readonly name: string;
  readonly sample: SampleType;
  load(): Promise<LoadedData>;
}

export interface LoadedData {
  readonly train: ArrayDataset;
  readonly validation: ArrayDataset | null;
  readonly test: ArrayDataset | null;
}

interface NamedDataset {
  readonly needsRoot: boolean;
  readonly read: (options: { readonly root: string; readonly train: boolean }) => Promise<ArrayDataset>;
}

const IMAGES: SampleType = { shape: [1, 28, 28], dtype: 'uint8' };

export const DATASETS: Readonly<Record<DatasetName, NamedDataset>> = {
  'mnist-sample': { needsRoot: false, read: ({ train }) => mnistSample({ train }) },
  mnist: { needsRoot: true, read: mnist },
  'fashion-mnist': { needsRoot: true, read: fashionMnist },
};

/** The data of a config. Folders are relative to `cwd`. */
export function dataSource(data: DescentConfig['data'], cwd: string): DataSource {
  if (typeof data === 'string') return dataSource({ name: data }, cwd);
  if ('name' in data) {
    const { read } = DATASETS[data.name];
    const root = resolve(cwd, data.root ?? '.');
    return {
      name: data.name,
      sample: IMAGES,
      async load() {
        const [train, test] = await Promise.all([read({ root, train: true }), read({ root, train: false })]);
        return { train, validation: null, test };
      },
    };
  }
  const train = dataset(data.train, 'train');
  const validation = data.validation === undefined ? null : dataset(data.validation, 'validation');
  const test = data.test === undefined ? null : dataset(data.test, 'test');
  return {
    name: train.name,
    sample: { shape: train.x.shape.slice(1), dtype: train.x.dtype },
    load: async () => ({ train, validation, test }),
  };
}

/** Examples as the loader takes them. It only moves rows about, so targets of any type are fine. */
function dataset({ x, y, name, classes = [] }: Examples, fallback: string): ArrayDataset {
  return {
    name: name ?? fallback,
    length: x.shape[0] as number,
    classes,
    x,
    y: y as NDArray<'int32'>,
    licence: 'unknown',
    source: 'the config',
    citation: '',
  };
}

/** Keeps back a share of the training data, with classes in proportion: the same items for the same seed. */
export function splitValidation(
  data: ArrayDataset,
  share: number,
  seed: number,
): { readonly train: ArrayDataset; readonly validation: ArrayDataset } {
  const stratified = data.classes.length > 0;
  const [train, validation] = split(data, [1 - share, share], { seed, stratified }) as [ArrayDataset, ArrayDataset];
  return { train, validation };
}
