import type { Arrays } from '../backend/contract.ts';
import { entry, mapArrays } from '../backend/steps.ts';
import { type NDArray, zeros } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';

export function keyed(rename: (name: string) => string, arrays: Arrays): Arrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, a]) => [rename(name), a]));
}

export function pick(arrays: Arrays, prefix: string): Arrays {
  return Object.fromEntries(
    Object.entries(arrays).flatMap(([name, a]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), a]] : [])),
  );
}

/** Those of `sources` whose names are in `wanted`, together. Every step does this, so it makes one object only. */
export function only(wanted: ReadonlySet<string>, ...sources: readonly Arrays[]): Arrays {
  const kept: Record<string, NDArray> = {};
  for (const arrays of sources)
    for (const name of Object.keys(arrays)) if (wanted.has(name)) kept[name] = arrays[name] as NDArray;
  return kept;
}

/** Entry `i` of each feed of several steps: the feeds of one step. */
export function entriesAt(feeds: Arrays, i: number): Arrays {
  return mapArrays(feeds, (a) => entry(a, i));
}

/** Some rows of `array`, copied. */
export function takeRows({ dtype, shape, data }: NDArray, rows: Uint32Array): NDArray {
  const size = numel(shape.slice(1));
  const taken = zeros([rows.length, ...shape.slice(1)], dtype);
  for (const [i, row] of rows.entries()) taken.data.set(data.subarray(row * size, (row + 1) * size), i * size);
  return taken;
}
