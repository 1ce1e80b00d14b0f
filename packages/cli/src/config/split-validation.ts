import type { NDArrays } from '@descent/core';
import { type DatasetOf, randomSplit } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import { areClasses } from './examples.ts';

/**
 * Keeps back a share of the training data, with classes in proportion: the same items for the same seed.
 * @throws UsageError when that leaves nothing in one of the parts.
 */
export function splitValidation<D extends DatasetOf>(
  data: D,
  share: number,
  seed: number,
): { readonly train: D; readonly validation: D } {
  const parts: readonly DatasetOf[] = randomSplit<readonly [number, number], NDArrays, NDArrays>(
    data,
    [1 - share, share],
    {
      seed,
      stratified: areClasses(data),
    },
  );
  const [train, validation] = parts as readonly [D, D];
  if (train.length > 0 && validation.length > 0) return { train, validation };
  throw new UsageError(
    `a share of ${share} leaves ${train.length} items to train and ${validation.length} to validate`,
    {
      path: 'validation',
      received: `${data.length} items in ${data.name}`,
      expected: 'at least one in each part',
      fix: areClasses(data)
        ? 'choose a larger share, and have several items of each class: of a class with few none is taken'
        : 'choose another share',
    },
  );
}
