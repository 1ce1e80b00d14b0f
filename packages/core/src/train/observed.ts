import type { NDArray } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';
import { isLeaf } from '../ir/tree.ts';
import { takeRows } from './arrays.ts';
import { type AnyBatch, type Batch, batchOf } from './batch.ts';
import { type BatchSource, batchesOf, type EpochBatches } from './sources.ts';

export interface ObservedSource {
  /** Used instead of the source that was given. */
  readonly source: BatchSource;
  /** Copies of the first samples that it gave; of data in memory, which are looked at where they lie, there are none. */
  readonly kept: readonly Batch[];
}

const MOST_ROWS = 1000;
const MOST_ELEMENTS = 2e5;
export const MOST_BATCHES = 30;

/** A source that keeps copies of some samples that it gives. Batches pass unchanged. */
export function observed(source: BatchSource): ObservedSource {
  const kept: Batch[] = [];
  if (source.dataset !== undefined) return { source, kept };
  const { batchSize, length } = source;
  const indices = source.indices?.bind(source);
  const observedSource: BatchSource = {
    length,
    batchSize,
    ...(indices !== undefined && { indices }),
    epoch: (epoch, options) =>
      kept.length > 0 ? source.epoch(epoch, options) : keeping(source.epoch(epoch, options), kept),
  };
  return { source: observedSource, kept };
}

/** The rules of the diagnosis are about networks of one input and one target; of others nothing is kept. */
export function ofOneTensor({ x, y }: AnyBatch): Batch | null {
  return isLeaf(x) && isLeaf(y) ? { x, y } : null;
}

function keeping(batches: EpochBatches, kept: Batch[]): EpochBatches {
  async function* passing(): AsyncGenerator<AnyBatch, void> {
    let rows = 0;
    for await (const given of batchesOf('what epoch() gives', batches)) {
      const batch = batchOf(given.x, given.y);
      const plain = ofOneTensor(batch);
      const part = plain === null ? 0 : Math.min(plain.x.shape[0] ?? 0, rowsWithin(plain.x) - rows);
      if (plain !== null && part > 0 && kept.length < MOST_BATCHES) {
        // The source may use its memory again.
        const all = Uint32Array.from({ length: part }, (_, i) => i);
        kept.push({ x: takeRows(plain.x, all), y: takeRows(plain.y, all) });
        rows += part;
      }
      yield batch;
    }
  }
  return {
    ...(batches?.from !== undefined && { from: batches.from }),
    [Symbol.asyncIterator]: passing,
  };
}

/** How many rows of such samples are looked at, at most. */
export function rowsWithin({ shape }: NDArray): number {
  return Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_ELEMENTS / Math.max(1, numel(shape.slice(1))))));
}
