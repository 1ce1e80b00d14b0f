import { resolve } from 'node:path';
import {
  type ArrayDataset,
  blobs,
  californiaHousing,
  cifar10,
  cifar100,
  circles,
  DataFileError,
  type DatasetDescription,
  type DatasetOptions,
  dataHome,
  describeDatasets,
  digits,
  emnist,
  ensureFiles,
  fashionMnist,
  iris,
  kmnist,
  mnist,
  mnistSample,
  moons,
  qmnist,
  spirals,
  type TargetType,
  xor,
} from '@descent/datasets';
import { findSet, ofSplit, PARTS } from '../datasets/sets.ts';
import { fileSize } from '../ui/table.ts';
import type { DataSource } from './data.ts';
import type { DatasetName, NamedData } from './define-config.ts';
import { asColumn } from './examples.ts';

type Read = (options: DatasetOptions) => Promise<ArrayDataset<TargetType>>;

/** What reads each named set. */
export const DATASETS: Readonly<Record<DatasetName, Read>> = {
  'mnist-sample': mnistSample,
  mnist,
  'fashion-mnist': fashionMnist,
  kmnist,
  emnist,
  qmnist,
  cifar10,
  cifar100,
  digits,
  iris,
  'california-housing': californiaHousing,
  moons,
  circles,
  spirals,
  blobs,
  xor,
};

export function namedData({ name, root, ...options }: NamedData, cwd: string): DataSource {
  const set = described(name, options);
  const folder = root === undefined ? dataHome() : resolve(cwd, root);
  const choice = options.split ?? options.labels;
  return {
    name: choice === undefined ? name : `${name} ${choice}`,
    sample: set.item,
    task: set.task,
    async load(watch = {}) {
      if (options.download !== true) await expectFiles(set, folder);
      const read = async (train: boolean): Promise<ArrayDataset<TargetType>> =>
        asColumn(await DATASETS[name]({ ...options, ...watch, root: folder, train }));
      // One after the other: both parts may come from one archive, and one bar is enough.
      const train = await read(true);
      return { train, validation: null, test: await read(false) };
    },
  };
}

function described(name: DatasetName, { split }: Pick<NamedData, 'split'>): DatasetDescription {
  const set = findSet(name, describeDatasets());
  return split === undefined ? set : ofSplit(set, split);
}

/** Throws a DataFileError that says how to get the files, in the words of configs and of this command. */
async function expectFiles(set: DatasetDescription, root: string): Promise<void> {
  for (const part of PARTS) {
    await ensureFiles(set, part, { root, download: false }).catch((error: unknown) => {
      if (!(error instanceof DataFileError)) throw error;
      const size = fileSize(set.downloadBytes);
      throw new DataFileError(error.summary, {
        ...error.details,
        fix: `descent datasets download ${set.id} fetches ${size}; so does data: { name: '${set.id}', download: true }; or name the folder of the files as root`,
      });
    });
  }
}
