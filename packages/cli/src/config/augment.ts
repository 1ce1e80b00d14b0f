import type { SampleType } from '@descent/core';
import { type BatchTransform, type Transform, transformedType } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import { buildTransforms } from './calls.ts';
import type { DescentConfig } from './define-config.ts';

/** Random changes of the training data: options of their loader. */
export interface Augmentation {
  readonly transform: readonly Transform[];
  readonly batchTransform: readonly BatchTransform[];
  readonly workers: number;
}

/** Throws when a transform does not fit the samples, or changes their shape or type: the network sees held-out samples as they are. */
export function resolveAugment({ augment = [], workers = 0 }: DescentConfig, sample: SampleType): Augmentation {
  const all = buildTransforms(augment);
  const transform = all.filter((one): one is Transform => 'transform' in one);
  const batchTransform = all.filter((one): one is BatchTransform => 'batchTransform' in one);
  const { shape, dtype = 'float32' } = transformedType(transform, sample);
  const same = dtype === (sample.dtype ?? 'float32') && String(shape) === String(sample.shape);
  if (same) return { transform, batchTransform, workers };
  throw new UsageError('augmented samples must be of the type of the others', {
    path: 'augment',
    received: `${dtype} [${shape.join(', ')}]`,
    expected: `${sample.dtype ?? 'float32'} [${sample.shape.join(', ')}]`,
    fix: 'put what changes shape or type into the data, for training and testing, or into the network',
  });
}
