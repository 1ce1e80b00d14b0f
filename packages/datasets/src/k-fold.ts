import { type NDArray, type NDArrays, ValueError } from '@descent/core';
import { fold, key, permutation } from '@descent/core/random';
import { byClass, type DatasetOf, type PlainDataset, subset, type TargetType } from './dataset.ts';
import { datasetOf } from './dataset-check.ts';
import { splitOptions } from './random-split.ts';

export interface KFoldOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Keep the share of each class the same in every fold. Default false. */
  readonly stratified?: boolean;
}

/** One round of cross-validation. */
export interface FoldOf<X extends NDArrays = NDArrays, Y extends NDArrays = NDArrays> {
  /** From 0. */
  readonly index: number;
  readonly train: DatasetOf<X, Y>;
  readonly validation: DatasetOf<X, Y>;
}

/** One round of cross-validation on a dataset of one array of inputs and one of targets. */
export type Fold<Y extends TargetType = 'int32'> = FoldOf<NDArray, NDArray<Y>>;

/**
 * The folds of cross-validation, one at a time: each item is in the validation part of exactly one, drawn at random by the seed.
 * Parts keep the order of the dataset, and each fold is a copy that the next one does not share.
 * @throws ValueError when `k` is not from 2 to the number of items, or `stratified` is asked of a dataset without classes.
 */
export function* kFold<X extends NDArrays, Y extends NDArrays>(
  dataset: PlainDataset<X, Y>,
  k: number,
  options: KFoldOptions = {},
): Generator<FoldOf<X, Y>, void> {
  const data = datasetOf('kFold', dataset);
  const part = foldOfItems(data, k, options);
  for (let index = 0; index < k; index++) {
    const train: number[] = [];
    const validation: number[] = [];
    part.forEach((own, item) => {
      (own === index ? validation : train).push(item);
    });
    yield { index, train: subset(data, train), validation: subset(data, validation) };
  }
}

/** The fold of each item, `[length]`: what `kFold` makes its parts from. Same errors. */
export function foldOfItems(dataset: PlainDataset, k: number, options: KFoldOptions = {}): Uint32Array {
  const { length } = datasetOf('kFold', dataset);
  const { seed, stratified } = splitOptions('kFold', options);
  if (!Number.isInteger(k) || k < 2 || k > length) {
    throw new ValueError('kFold: k is the number of folds', {
      received: String(k),
      expected: `an integer from 2 to ${length}, the number of items`,
    });
  }
  const stream = fold(key(seed), 'k-fold');
  const groups = stratified ? byClass('kFold with stratified: true', dataset) : [Array.from({ length }, (_, i) => i)];
  const result = new Uint32Array(length);
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
