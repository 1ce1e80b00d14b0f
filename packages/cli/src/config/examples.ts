import type { NDArray, NDArrays, SampleType, Tree } from '@descent/core';
import { isLeaf, mapTree } from '@descent/core/backend';
import { type DatasetOf, randomSplit } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import type { Share } from './define-config.ts';

/** What a model is built for; training makes float32 of float64. */
export function sampleOf({ x }: { readonly x: NDArrays }): Tree<SampleType> {
  return mapTree(x, ({ dtype, shape }) => ({ shape: shape.slice(1), dtype: dtype === 'float64' ? 'float32' : dtype }));
}

/** The names of several targets; none for one. */
export function targetsOf({ y }: { readonly y: NDArrays }): readonly string[] {
  return isLeaf(y) ? [] : Object.keys(y);
}

/** A dataset as training takes it: numbers to predict become a column, `[n, 1]`, as `linear(…, 1)` gives them. */
export function asColumn<D extends DatasetOf>(data: D): D {
  const column = (y: NDArray): NDArray =>
    y.dtype === 'float32' && y.shape.length === 1 ? { ...y, shape: [data.length, 1] } : y;
  return { ...data, y: mapTree(data.y, column) };
}

/** Takes a share of a dataset out at random to test on; the seed is not that of training, so that all runs are tested on the same. */
export function takeTest<D extends DatasetOf>(data: D, test: number | Share): { readonly train: D; readonly test: D } {
  const { share, seed = 0, stratified = areClasses(data) } = typeof test === 'number' ? { share: test } : test;
  const parts: readonly DatasetOf[] = randomSplit<readonly [number, number], NDArrays, NDArrays>(
    data,
    [1 - share, share],
    {
      seed,
      stratified,
    },
  );
  const [train, taken] = parts as readonly [D, D];
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
export function areClasses({ classes, y }: Pick<DatasetOf, 'classes' | 'y'>): boolean {
  // Of a class for each pixel, or of labels of which several may be right, there is no proportion to keep.
  const areLabels = isLeaf(y) && y.shape.length === 1;
  return classes.length > 0 && areLabels && y.data.every((label) => label >= 0 && label < classes.length);
}
