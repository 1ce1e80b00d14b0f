// The workers of a loader in a browser: none, and the batches are the same without.
import type { BatchRules } from '../loader/make-batch.ts';
import type { AnyDataset } from '../loader/samples.ts';
import type { PoolKeeper } from '../loader/workers/pool.ts';
import { warn } from './warning.ts';

export async function beforeWorkers(_: AnyDataset): Promise<void> {}

/** Says that there are no worker threads here. */
export function workerKeeper(dataset: AnyDataset, _: BatchRules, workers: number): PoolKeeper | undefined {
  warn(
    `loader of ${dataset.name}: workers: ${workers} are threads of Node; here the page makes the batches itself, and they are the same`,
    'workers in a browser',
  );
  return undefined;
}
