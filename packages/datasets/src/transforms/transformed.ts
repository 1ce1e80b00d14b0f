import { type NDArray, type NDArrays, type Tree, ValueError } from '@descent/core';
import { leavesOf, mapTree } from '@descent/core/backend';
import { key } from '@descent/core/random';
import { expectTransforms } from '../arguments.ts';
import { map } from '../combine.ts';
import type { DatasetOf, PlainDataset } from '../dataset.ts';
import { datasetOf } from '../dataset-check.ts';
import type { RowType } from '../lazy/lazy-dataset.ts';
import { type Following, followingOf } from './annotations.ts';
import { applyTransforms, asItem, pathOf } from './apply.ts';
import { followed } from './follow.ts';
import { kernelOf } from './kernels.ts';
import { inPart, partTransforms, type Transforms } from './part-transforms.ts';
import type { Transform } from './transform.ts';

/**
 * The dataset with `transforms` that draw nothing (`resize`, `centerCrop`, `pad`, `toFloat`, `normalize`) applied to every item, once; by name
 * where items have several arrays. Throws a `ValueError` for a random one, which belongs to the loader, and as `transformedType` does.
 */
export function transformed<X extends NDArrays, Y extends NDArrays>(
  dataset: PlainDataset<X, Y>,
  transforms: X extends NDArray ? readonly Transform[] : { readonly [K in keyof X]?: readonly Transform[] },
): DatasetOf<X, Y> {
  const data = datasetOf('transformed', dataset);
  const rows = mapTree(data.x as NDArrays, ({ dtype, shape }): RowType => ({ dtype, shape: shape.slice(1) }));
  const parts = partTransforms('transformed', transforms as Transforms, rows, (list) => {
    expectTransforms('transformed', list, 'transform');
    return list as readonly Transform[];
  });
  for (const [name, list] of parts) inPart(name, () => expectFixed(list));
  const targets = mapTree(data.y as NDArrays, ({ dtype, shape }): RowType => ({ dtype, shape: shape.slice(1) }));
  const following = followingOf('transformed', data.annotations, parts, rows, targets);
  const unused = key(0);
  const { pictures } = data;
  const changed = map<NDArrays, Y, NDArrays>(
    data,
    (item) =>
      mapTree(item, (array, name): NDArray => {
        const list = parts.get(name);
        return list === undefined ? array : inPart(name, () => applyTransforms(list, asItem(array), unused));
      }) as NDArrays,
  ) as DatasetOf<X, Y>;
  const y = following === undefined ? data.y : targetsAlong(data, following, rows, parts.get(following.picture) ?? []);
  if (pictures === undefined) return { ...changed, y };
  return {
    ...changed,
    y,
    pictures: { ...pictures, transforms: [...(pictures.transforms ?? []), ...(parts.get('') ?? [])] },
  };
}

/** All targets, gone along with the transforms of a picture. */
function targetsAlong<Y extends NDArrays>(
  data: DatasetOf<NDArrays, Y>,
  following: Following,
  rows: Tree<RowType>,
  list: readonly Transform[],
): Y {
  const from = new Map(leavesOf(rows)).get(following.picture) as RowType;
  const { y } = data;
  return map<NDArrays, Y, NDArrays>(
    { ...data, x: y },
    (target) => followed(following, target, list, from, key(0)) as NDArrays,
  ).x as Y;
}

/** Whether a transform draws, so that its results differ. Throws a `ValueError` when there is none of that name. */
export function isRandom(transform: Transform): boolean {
  expectTransforms('isRandom', [transform], 'transform');
  return kernelOf(transform).random;
}

/** Throws for a transform that draws, or that is none. */
export function expectFixed(transforms: readonly Transform[]): void {
  const random = transforms.findIndex(isRandom);
  if (random < 0) return;
  throw new ValueError('each item is computed once here, but this transform is random', {
    path: pathOf(transforms[random] as Transform, random),
    expected: 'transforms that draw nothing',
    fix: 'give it to the loader: loader(data, { batchSize, transform: […] }) draws anew in each epoch',
  });
}
