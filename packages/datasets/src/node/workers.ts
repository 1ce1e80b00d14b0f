// The workers of a loader in Node: threads.
import { ValueError } from '@descent/core';
import type { BatchRules } from '../loader/make-batch.ts';
import { type AnyDataset, isLazy, samplesOf } from '../loader/samples.ts';
import { sharedDataset } from '../loader/shared.ts';
import { noWorkerFile, workerFile } from '../loader/workers/link.ts';
import { openPool, type PoolKeeper, poolKeeper } from '../loader/workers/pool.ts';
import type { WorkerTask } from '../loader/workers/protocol.ts';
import { loadSharp } from './sharp.ts';

/** Called before threads start: the libraries of sharp must not be unloaded with the last thread that uses them; see its documentation. */
export async function beforeWorkers(dataset: AnyDataset): Promise<void> {
  if (isLazy(dataset)) await loadSharp().catch(() => {});
}

/**
 * What opens threads that make the batches; undefined where this thread does as well.
 * @throws ValueError when workers are asked for that cannot make the dataset, DescentError when their file is not there.
 */
export function workerKeeper(dataset: AnyDataset, rules: BatchRules, workers: number): PoolKeeper | undefined {
  const { nameOf } = samplesOf(dataset);
  const canStart = workerFile() !== undefined;
  if (!isLazy(dataset)) {
    // This thread does as well.
    if (!canStart) return undefined;
    let data: WorkerTask['data'] | undefined;
    return poolKeeper(() => {
      data ??= { kind: 'memory', dataset: sharedDataset(dataset) };
      return openPool(workers, { data, rules }, nameOf);
    });
  }
  const { recipe } = dataset;
  if (recipe === undefined) {
    throw new ValueError(`loader: workers cannot make ${dataset.name}, since it has no recipe`, {
      received: `workers: ${workers}`,
      fix: 'make the dataset with moduleDataset, or leave workers out; prefetch reads ahead without them',
    });
  }
  if (!canStart) throw noWorkerFile();
  return poolKeeper(() => openPool(workers, { data: recipe, rules }, nameOf));
}
