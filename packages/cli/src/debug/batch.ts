import type { NDArrays } from '@descent/core';
import { trainLoader } from '../run/loaders.ts';
import type { DebuggedRun } from './open-run.ts';
import type { Place } from './replay.ts';

/** A batch as the network is fed it: augmented, cut, padded. */
export interface FedBatch {
  readonly x: NDArrays;
  readonly y: NDArrays;
  /** Numbers of its samples in the training data; `null` where the order is not one of single samples. */
  readonly rows: readonly number[] | null;
}

/** The batch at a place in the order of training. */
export async function batchAt({ config, data }: DebuggedRun, { epoch, batch }: Place): Promise<FedBatch> {
  const train = trainLoader(config, data);
  try {
    const batches = train.epoch(epoch - 1, { from: batch });
    for await (const { x, y } of batches) {
      const order = train.indices(epoch - 1);
      const rows = [...order.subarray(batch * config.batchSize, (batch + 1) * config.batchSize)];
      return { x, y, rows: config.augmentation.buckets === undefined ? rows : null };
    }
    throw new RangeError(`epoch ${epoch} has no batch ${batch}`);
  } finally {
    await train.close();
  }
}

/** Batches of an epoch. */
export async function batchesAnEpoch({ config, data }: DebuggedRun): Promise<number> {
  const train = trainLoader(config, data);
  await train.close();
  return train.length;
}
