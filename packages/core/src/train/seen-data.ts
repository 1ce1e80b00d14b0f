import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';
import { isLeaf } from '../ir/tree.ts';
import { takeRows } from './arrays.ts';
import { type AnyBatch, type Batch, batchOf } from './batch.ts';
import { type BatchSource, batchesOf, type EpochBatches, type MemorySource } from './sources.ts';

/** Samples that were looked at, to say what data a run had. */
export interface SeenData {
  readonly samples: number;
  readonly batchSize: number;
  /** Rows from all over the data where they lie in memory, else the first that were used. */
  readonly x: NDArray;
  readonly y: NDArray;
  /** The targets of the first batches, as they were used. */
  readonly batches: readonly NDArray[];
}

export interface ObservedSource {
  /** Used instead of the source. */
  readonly source: BatchSource;
  /** What was seen so far; `null` for nothing. */
  seen(): SeenData | null;
}

const MOST_ROWS = 1000;
const MOST_ELEMENTS = 2e5;
const MOST_BATCHES = 30;

/** A source that keeps copies of some samples that it gives. Batches pass unchanged; data in memory are looked at where they lie. */
export function observed(source: BatchSource): ObservedSource {
  if (source.dataset !== undefined) {
    const plain = ofOneTensor(source.dataset);
    return { source, seen: () => (plain === null ? null : seenInMemory(source, plain)) };
  }
  const { batchSize, length } = source;
  const kept: Batch[] = [];
  const indices = source.indices?.bind(source);
  const observedSource: BatchSource = {
    length,
    batchSize,
    ...(indices !== undefined && { indices }),
    epoch: (epoch, options) =>
      kept.length > 0 ? source.epoch(epoch, options) : keeping(source.epoch(epoch, options), kept),
  };
  return {
    source: observedSource,
    seen() {
      const [first] = kept;
      if (first === undefined) return null;
      const alike = kept.filter(({ x, y }) => sameRows(x, first.x) && sameRows(y, first.y));
      return {
        samples: length * batchSize,
        batchSize,
        x: joined(alike.map(({ x }) => x)),
        y: joined(alike.map(({ y }) => y)),
        batches: alike.map(({ y }) => y),
      };
    },
  };
}

/** The rules of the diagnosis are about networks of one input and one target; of others nothing is kept. */
function ofOneTensor({ x, y }: AnyBatch): Batch | null {
  return isLeaf(x) && isLeaf(y) ? { x, y } : null;
}

function seenInMemory(source: MemorySource, { x, y }: Batch): SeenData {
  const { batchSize } = source;
  const samples = y.shape[0] ?? 0;
  const rows = spread(samples, rowsWithin(x));
  const order = source.indices(0);
  const count = Math.min(MOST_BATCHES, Math.floor(order.length / batchSize));
  const batches = Array.from({ length: count }, (_, i) =>
    takeRows(y, order.subarray(i * batchSize, (i + 1) * batchSize)),
  );
  return { samples, batchSize, x: takeRows(x, rows), y, batches };
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

function rowsWithin({ shape }: NDArray): number {
  return Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_ELEMENTS / Math.max(1, numel(shape.slice(1))))));
}

/** At most `count` row numbers, evenly spaced over `rows`. */
export function spread(rows: number, count: number): Uint32Array {
  const taken = Math.min(rows, count);
  return Uint32Array.from({ length: taken }, (_, i) => Math.floor((i * rows) / taken));
}

function sameRows(a: NDArray, b: NDArray): boolean {
  return a.dtype === b.dtype && String(a.shape.slice(1)) === String(b.shape.slice(1));
}

function joined(parts: readonly NDArray[]): NDArray {
  const [first] = parts as readonly [NDArray];
  const rows = parts.reduce((n, { shape }) => n + (shape[0] ?? 0), 0);
  const size = numel(first.shape.slice(1));
  const Data = first.data.constructor as new (length: number) => typeof first.data;
  const data = new Data(rows * size);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return ndarray(first.dtype, [rows, ...first.shape.slice(1)], data);
}
