import type { SampleType, Tree } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import {
  type ArrayDataset,
  type BatchTransform,
  isRandom,
  type Transform,
  transformed,
  transformedType,
} from '@descent/datasets';
import { mistakeAt, UsageError } from '../errors.ts';
import type { DataSource } from './data.ts';
import type { DescentConfig } from './define-config.ts';
import { buildTransforms } from './transform-calls.ts';

/** Random changes of the training data: options of their loader. */
export interface Augmentation {
  readonly transform: readonly Transform[];
  readonly batchTransform: readonly BatchTransform[];
  readonly workers: number;
  /** Lengths that batches of sequences are cut to, of which similar ones come together. */
  readonly buckets?: readonly number[];
}

/**
 * The data with the fixed changes of a config made to each set.
 * @throws UsageError for a random transform or one of batches, and where one does not fit.
 */
export function withTransform(data: DataSource, { transform = [], data: given }: DescentConfig): DataSource {
  if (transform.length === 0) return data;
  const prepared = ['table', 'series', 'texts', 'imdb', 'corpus'].find(
    (key) => typeof given === 'object' && key in given,
  );
  if (prepared !== undefined) {
    throw new UsageError(`data of '${prepared}' are prepared by keys of their own`, {
      path: 'transform',
      received: `${transform.length} transforms`,
      fix: 'leave them out, or put them into the network (rescale, normalize): who reads its file prepares what it is asked as the data were',
    });
  }
  const all = buildTransforms(transform, 'transform');
  const fixed = all.filter((one): one is Transform => 'transform' in one && !isRandom(one));
  const other = all.findIndex((one) => !fixed.includes(one as Transform));
  if (other >= 0) {
    throw new UsageError('only fixed changes can be made to every sample', {
      path: `transform.${other}`,
      received: nameOf(all[other] as Transform | BatchTransform),
      expected: 'resize, centerCrop, pad, toFloat or normalize',
      fix: 'put random changes, and those of batches, into augment: they are for training data only',
    });
  }
  const sample = typeAfter(fixed, oneArray(data.sample, 'transform'), 'transform');
  return {
    ...data,
    sample,
    async load(watch) {
      const { train, validation, test } = await data.load(watch);
      return {
        train: transformed(train as ArrayDataset, fixed),
        validation: validation === null ? null : transformed(validation as ArrayDataset, fixed),
        test: test === null ? null : transformed(test as ArrayDataset, fixed),
      };
    },
  };
}

/**
 * Throws when a transform does not fit the samples, when all together change their shape or type, since the network sees held-out samples as they are,
 * or when one that is not random changes every training sample in the same way.
 */
export function resolveAugment({ augment = [], workers = 0 }: DescentConfig, type: Tree<SampleType>): Augmentation {
  if (augment.length === 0) return { transform: [], batchTransform: [], workers };
  const all = buildTransforms(augment, 'augment');
  // It draws nothing, but what it cuts counts nowhere, so held-out samples need no such change.
  if (all.every(isTrim)) return { transform: [], batchTransform: all.filter(isTrim), workers };
  const sample = oneArray(type, 'augment');
  const transform = all.filter((one): one is Transform => 'transform' in one);
  const batchTransform = all.filter((one): one is BatchTransform => 'batchTransform' in one);
  const { shape, dtype = 'float32' } = typeAfter(transform, sample, 'augment');
  const same = dtype === (sample.dtype ?? 'float32') && String(shape) === String(sample.shape);
  if (!same) {
    throw new UsageError('augmented samples must be of the type of the others', {
      path: 'augment',
      received: `${dtype} [${shape.join(', ')}]`,
      expected: `${sample.dtype ?? 'float32'} [${sample.shape.join(', ')}]`,
      fix: 'put what changes shape or type into transform, which is for training, testing and predicting, or into the network',
    });
  }
  const fixed = transform.some(isRandom) ? transform.find((one) => one.transform === 'normalize') : transform[0];
  if (fixed === undefined) return { transform, batchTransform, workers };
  throw new UsageError('augment is for random changes of the training data, but this one is always the same', {
    path: `augment.${all.indexOf(fixed)}`,
    received: nameOf(fixed),
    fix: 'put it into transform, which is for training, testing and predicting: held-out samples would look different otherwise',
  });
}

/** Throws for samples of several arrays, of which a config does not say which to change. */
function oneArray(sample: Tree<SampleType>, path: string): SampleType {
  if (isLeaf(sample)) return sample;
  throw new UsageError('transforms of a config are for samples of one array', {
    path,
    received: `samples of several: ${Object.keys(sample).join(', ')}`,
    fix: 'leave it out, and change the arrays in the network (rescale, normalize) or in the file',
  });
}

function typeAfter(transforms: readonly Transform[], sample: SampleType, path: string): SampleType {
  try {
    return transformedType(transforms, sample);
  } catch (error) {
    throw mistakeAt(path, error);
  }
}

function isTrim(one: Transform | BatchTransform): one is BatchTransform {
  return 'batchTransform' in one && one.batchTransform === 'trimPadding';
}

/** The name that configs call a transform by. */
export function nameOf(one: Transform | BatchTransform): string {
  return 'transform' in one ? one.transform : one.batchTransform;
}
