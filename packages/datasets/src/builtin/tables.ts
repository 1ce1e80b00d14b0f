import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ArrayDataset, TargetType } from '../dataset.ts';
import type { Part } from '../definition.ts';
import { DataFileError } from '../errors.ts';
import { randomSplit } from '../random-split.ts';
import type { DatasetOptions } from './options.ts';

export interface TableOptions extends DatasetOptions {
  /** Every item, for a split of your own. Default false. */
  readonly all?: boolean;
}

/** A file that ships inside this package. */
export function embeddedFile(name: string): string {
  // A bundle for `require` has no address.
  const here: string | undefined = import.meta.url;
  const path = here === undefined ? undefined : fileURLToPath(new URL(`../../data/${name}`, here));
  if (path !== undefined && existsSync(path)) return path;
  throw new DataFileError('the data that ship inside @descent/datasets are not beside its code', {
    file: path ?? name,
    received: 'a bundle that has the code without the data, or a package with files missing',
    expected: `data/${name} of the package, as it is installed`,
    fix: 'leave the package out of the bundle (esbuild: --external:@descent/datasets; Rollup and webpack: external or externals), or install it again',
  });
}

/** The part of a set whose publisher names none: a fixed split at random of four fifths and one fifth, stratified where there are classes. */
export function partOf<Y extends TargetType>(dataset: ArrayDataset<Y>, part: Part, all: boolean): ArrayDataset<Y> {
  if (all) return dataset;
  const [train, test] = randomSplit(dataset, [0.8, 0.2], { seed: 0, stratified: dataset.classes.length > 0 });
  return part === 'train' ? train : test;
}
