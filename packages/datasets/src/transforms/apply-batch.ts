import { type NDArrays, prefixPath, type Tree, ValueError } from '@descent/core';
import { isLeaf, leavesOf } from '@descent/core/backend';
import { fold, type Key } from '@descent/core/random';
import { expectHostArray, expectTransforms } from '../arguments.ts';
import type { RowType } from '../lazy/lazy-dataset.ts';
import { batchKernelOf } from './batch-kernels.ts';
import type { TransformableBatch } from './kernel.ts';
import type { BatchTransform } from './transform.ts';

/**
 * The batch after all `transforms`, in order; transform `i` draws from `fold(key, i)`. The batch is not written to; parts that nothing
 * changed are shared. Throws a `ShapeError` or `ValueError` that names the transform which cannot take the batch.
 */
export function applyBatchTransforms(
  transforms: readonly BatchTransform[],
  batch: TransformableBatch,
  key: Key,
): TransformableBatch {
  expectTransforms('applyBatchTransforms', transforms, 'batchTransform');
  expectHostArray('applyBatchTransforms', batch?.x);
  expectHostArray('applyBatchTransforms', batch?.y);
  return mixedBatch(transforms, batch, key) as TransformableBatch;
}

/** The same for a batch that was looked at, which may have several arrays where nothing needs one. */
export function mixedBatch(
  transforms: readonly BatchTransform[],
  batch: TransformableBatch<NDArrays, NDArrays>,
  key: Key,
): TransformableBatch<NDArrays, NDArrays> {
  let result = batch;
  for (const [i, transform] of transforms.entries()) {
    result = inTransform(transform, i, () =>
      // `expectMixable` has seen that there is one array where a kernel takes one.
      batchKernelOf(transform).apply(result as TransformableBatch, transform.options, fold(key, i)),
    );
  }
  return result;
}

/** Throws for a batch transform that does not fit the arrays of a dataset, such as one of one array where there are several. */
export function expectMixable(transforms: readonly BatchTransform[], item: Tree<RowType>, target: Tree<RowType>): void {
  for (const [i, transform] of transforms.entries()) {
    const kernel = batchKernelOf(transform);
    if (kernel.expect !== undefined) {
      inTransform(transform, i, () => kernel.expect?.(item, target, transform.options));
      continue;
    }
    const [of, several] = !isLeaf(target)
      ? ['targets', target]
      : !isLeaf(item) && kernel.changes === 'samples'
        ? ['samples', item]
        : ['', item];
    if (of === '') continue;
    throw new ValueError(`this batch transform takes one array of ${of}`, {
      path: pathOf(transform, i),
      received: `several: ${leavesOf(several)
        .map(([name]) => name)
        .join(', ')}`,
      expected: of === 'samples' ? 'samples and labels of one array each' : 'labels of one array',
      fix: 'leave it out; a batch can be changed in a loop of your own: for (const { x, y } of batches) …',
    });
  }
}

/** What `make` gives; an error has the place and name of the transform in front. */
function inTransform<T>(transform: BatchTransform, index: number, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw prefixPath(error, pathOf(transform, index));
  }
}

/** `batchTransforms[0] mixup(alpha 0.2)`. */
function pathOf(transform: BatchTransform, index: number): string {
  const name = String(transform.batchTransform);
  try {
    return `batchTransforms[${index}] ${name}(${batchKernelOf(transform).label(transform.options)})`;
  } catch {
    return `batchTransforms[${index}] ${name}`;
  }
}
