import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';
import { takeRows } from './arrays.ts';
import type { Batch } from './batch.ts';
import { MOST_BATCHES, type ObservedSource, ofOneTensor, rowsWithin } from './observed.ts';
import type { MemorySource } from './sources.ts';

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

/** What was seen of a source so far; `null` for nothing. */
export function seenData({ source, kept }: ObservedSource): SeenData | null {
  if (source.dataset !== undefined) {
    const plain = ofOneTensor(source.dataset);
    return plain === null ? null : seenInMemory(source, plain);
  }
  const { batchSize, length } = source;
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
