import { ValueError } from '@descent/core';
import { key } from '@descent/core/random';
import { expectTransforms } from '../arguments.ts';
import { map } from '../combine.ts';
import type { ArrayDataset, TargetType } from '../dataset.ts';
import { expectDataset } from '../dataset-check.ts';
import { applyTransforms, asItem, pathOf } from './apply.ts';
import { kernelOf } from './kernels.ts';
import type { Transform } from './transform.ts';

/**
 * The dataset with `transforms` that draw nothing (`resize`, `centerCrop`, `pad`, `toFloat`, `normalize`) applied to every item, once.
 * Throws a `ValueError` for a random one, which belongs to the loader, and as `transformedType` does.
 */
export function transformed<Y extends TargetType>(
  dataset: ArrayDataset<Y>,
  transforms: readonly Transform[],
): ArrayDataset<Y> {
  expectDataset('transformed', dataset);
  expectTransforms('transformed', transforms, 'transform');
  expectFixed(transforms);
  const unused = key(0);
  const { pictures } = dataset;
  const changed = map(dataset, (item) =>
    transforms.length === 0 ? item : applyTransforms(transforms, asItem(item), unused),
  );
  if (pictures === undefined) return changed;
  return { ...changed, pictures: { ...pictures, transforms: [...(pictures.transforms ?? []), ...transforms] } };
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
