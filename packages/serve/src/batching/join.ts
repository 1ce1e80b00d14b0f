import type { NDArray } from '@descent/core';
import type { Feeds } from '../models/served-model.ts';

/** Feeds of several requests, one below the other: arrays of one kind by each name, whose first axis is the batch. */
export function joinFeeds(all: readonly Feeds[]): Feeds {
  const [first] = all as readonly [Feeds];
  if (all.length === 1) return first;
  return Object.fromEntries(
    Object.keys(first).map((name) => [name, joined(all.map((feeds) => feeds[name] as NDArray))]),
  );
}

function joined(arrays: readonly NDArray[]): NDArray {
  const [first] = arrays as readonly [NDArray];
  let length = 0;
  let rows = 0;
  for (const { data, shape } of arrays) {
    length += data.length;
    rows += shape[0] as number;
  }
  const data = new (first.data.constructor as Float32ArrayConstructor)(length);
  let at = 0;
  for (const array of arrays) {
    data.set(array.data as Float32Array, at);
    at += array.data.length;
  }
  return { dtype: first.dtype, shape: [rows, ...first.shape.slice(1)], data } as NDArray;
}

/** The outputs of requests with `rows` rows each: views of the joined ones. `null` where an output does not have a row for each of the inputs. */
export function splitOutputs(outputs: Feeds, rows: readonly number[]): readonly Feeds[] | null {
  const total = rows.reduce((sum, count) => sum + count, 0);
  const entries = Object.entries(outputs);
  if (entries.some(([, { shape }]) => shape.length === 0 || shape[0] !== total)) return null;
  let from = 0;
  return rows.map((count) => {
    const start = from;
    from += count;
    return Object.fromEntries(entries.map(([name, array]) => [name, rowsOf(array, start, start + count)]));
  });
}

function rowsOf({ dtype, shape, data }: NDArray, from: number, to: number): NDArray {
  const width = data.length / (shape[0] as number);
  return { dtype, shape: [to - from, ...shape.slice(1)], data: data.subarray(from * width, to * width) } as NDArray;
}
