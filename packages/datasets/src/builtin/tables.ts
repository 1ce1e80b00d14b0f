import type { ArrayDataset, TargetType } from '../dataset.ts';
import type { Part } from '../definition.ts';
import { randomSplit } from '../random-split.ts';
import type { DatasetOptions } from './options.ts';

export interface TableOptions extends DatasetOptions {
  /** Every item, for a split of your own. Default false. */
  readonly all?: boolean;
}

/** The part of a set whose publisher names none: a fixed split at random of four fifths and one fifth, stratified where there are classes. */
export function partOf<Y extends TargetType>(dataset: ArrayDataset<Y>, part: Part, all: boolean): ArrayDataset<Y> {
  if (all) return dataset;
  const [train, test] = randomSplit(dataset, [0.8, 0.2], { seed: 0, stratified: dataset.classes.length > 0 });
  return part === 'train' ? train : test;
}
