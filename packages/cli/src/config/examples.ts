import type { NDArray, NDArrays, SampleType, Tree } from '@descent/core';
import { mapTree } from '@descent/core/backend';
import { type ArrayDataset, type DatasetOf, split } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import type { Share } from './define-config.ts';

/** What a model is built for; training makes float32 of float64. */
export function sampleOf({ x }: { readonly x: NDArrays }): Tree<SampleType> {
  return mapTree(x, ({ dtype, shape }) => ({ shape: shape.slice(1), dtype: dtype === 'float64' ? 'float32' : dtype }));
}

/**
 * A dataset as training takes it: numbers to predict become a column, `[n, 1]`, as `linear(…, 1)` gives them. Losses look at the type of the
 * targets themselves, so that it may be told as the usual one here.
 */
export function asColumn<X extends NDArrays>(data: DatasetOf<X, NDArray>): DatasetOf<X, NDArray<'int32'>> {
  const { y, length } = data;
  const isColumn = y.dtype === 'float32' && y.shape.length === 1;
  return (isColumn ? { ...data, y: { ...y, shape: [length, 1] } } : data) as DatasetOf<X, NDArray<'int32'>>;
}

/** Takes a share of a dataset out at random to test on; the seed is not that of training, so that all runs are tested on the same. */
export function takeTest<X extends NDArrays>(
  data: DatasetOf<X, NDArray<'int32'>>,
  test: number | Share,
): { readonly train: typeof data; readonly test: typeof data } {
  const { share, seed = 0, stratified = areClasses(data) } = typeof test === 'number' ? { share: test } : test;
  const [train, taken] = split(data, [1 - share, share], { seed, stratified });
  if (train.length > 0 && taken.length > 0) return { train, test: taken };
  throw new UsageError(`a share of ${share} leaves ${train.length} items to train and ${taken.length} to test`, {
    path: 'data.test',
    received: `${data.length} items in ${data.name}`,
    expected: 'at least one in each part',
    fix: stratified
      ? "choose another share, or { share, stratified: false }: of a class with few items none is taken; numbers to predict are no classes (task: 'regression')"
      : 'choose another share',
  });
}

/** Whether each item has a class, so that classes can be kept in proportion; labels that the loss leaves out have none. */
export function areClasses({ classes, y }: Pick<ArrayDataset, 'classes' | 'y'>): boolean {
  return classes.length > 0 && y.data.every((label) => label >= 0 && label < classes.length);
}
