import { prefixPath } from '@descent/core';
import { fold, type Key } from '@descent/core/random';
import { expectHostArray, expectTransforms } from '../arguments.ts';
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
  let result = batch;
  for (const [i, transform] of transforms.entries()) {
    try {
      result = batchKernelOf(transform).apply(result, transform.options, fold(key, i));
    } catch (error) {
      throw prefixPath(error, pathOf(transform, i));
    }
  }
  return result;
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
