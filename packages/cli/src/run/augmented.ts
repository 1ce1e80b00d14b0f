import { isLeaf } from '@descent/core/backend';
import { type LoaderOptions, lengthSampler, trimPadding } from '@descent/datasets';
import type { LoadedSet } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';

/**
 * In which order training samples come, and what is done to them: nothing where there is nothing to do, so that the data move to the device once and stay there.
 */
export function augmented(
  { augmentation, batchSize, seed }: Pick<LoadedConfig, 'augmentation' | 'batchSize' | 'seed'>,
  { x }: LoadedSet,
): Partial<LoaderOptions> {
  const { buckets, ...changes } = augmentation;
  const { transform, batchTransform } = changes;
  if (buckets !== undefined && !isLeaf(x) && x['lengths'] !== undefined) {
    const sampler = lengthSampler(x['lengths'].data, { batchSize, seed });
    return { ...changes, sampler, batchTransform: [...batchTransform, trimPadding({ bounds: buckets })] };
  }
  return { shuffle: true, ...(transform.length + batchTransform.length > 0 && changes) };
}
