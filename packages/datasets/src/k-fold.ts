import { ValueError } from '@descent/core';
import { fold, key, permutation } from '@descent/core/random';
import { type ArrayDataset, byClass, subset, type TargetType } from './dataset.ts';
import { expectDataset } from './dataset-check.ts';
import { splitOptions } from './split.ts';

export interface KFoldOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Keep the share of each class the same in every fold. Default false. */
  readonly stratified?: boolean;
}

/** One round of cross-validation. */
export interface Fold<Y extends TargetType = 'int32'> {
  /** From 0. */
  readonly index: number;
  readonly train: ArrayDataset<Y>;
  readonly validation: ArrayDataset<Y>;
}

/**
 * The folds of cross-validation, one at a time: each item is in the validation part of exactly one, drawn at random by the seed.
 * Parts keep the order of the dataset, and each fold is a copy that the next one does not share.
 * @throws ValueError when `k` is not from 2 to the number of items, or `stratified` is asked of a dataset without classes.
 */
export function* kFold<Y extends TargetType>(
  dataset: ArrayDataset<Y>,
  k: number,
  options: KFoldOptions = {},
): Generator<Fold<Y>, void> {
  const part = foldOfItems(dataset, k, options);
  for (let index = 0; index < k; index++) {
    const train: number[] = [];
    const validation: number[] = [];
    part.forEach((own, item) => {
      (own === index ? validation : train).push(item);
    });
    yield { index, train: subset(dataset, train), validation: subset(dataset, validation) };
  }
}

/** The fold of each item, `[length]`: what `kFold` makes its parts from. Same errors. */
export function foldOfItems(dataset: ArrayDataset<TargetType>, k: number, options: KFoldOptions = {}): Uint32Array {
  expectDataset('kFold', dataset);
  const { seed, stratified } = splitOptions('kFold', options);
  if (!Number.isInteger(k) || k < 2 || k > dataset.length) {
    throw new ValueError('kFold: k is the number of folds', {
      received: String(k),
      expected: `an integer from 2 to ${dataset.length}, the number of items`,
    });
  }
  const stream = fold(key(seed), 'k-fold');
  const groups = stratified
    ? byClass('kFold with stratified: true', dataset)
    : [Array.from({ length: dataset.length }, (_, i) => i)];
  const result = new Uint32Array(dataset.length);
  // Dealt out like cards, on from where the last class stopped, so that the sizes of the folds differ by one at most.
  let next = 0;
  groups.forEach((group, g) => {
    for (const i of permutation(fold(stream, g), group.length)) {
      result[group[i] as number] = next;
      next = (next + 1) % k;
    }
  });
  return result;
}
