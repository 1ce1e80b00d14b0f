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

/** Those of `arrays` whose names are in `wanted`. */
export function only(wanted: ReadonlySet<string>, arrays: Arrays): Arrays {
  return Object.fromEntries(Object.entries(arrays).filter(([name]) => wanted.has(name)));
}

export function unsqueeze<A extends NDArray>(a: A): A {
  return { ...a, shape: [1, ...a.shape] };
}

export function squeeze(a: NDArray): NDArray {
  return { ...a, shape: a.shape.slice(1) };
}

export function squeezed(feeds: Arrays): Arrays {
  return mapArrays(feeds, squeeze);
}

/** Entry `i` of each feed, as feeds for one step. */
export function sliceSteps(feeds: Arrays, i: number): Arrays {
  return mapArrays(feeds, (a) => unsqueeze(entry(a, i)));
}

/** Some rows of `array`, copied. */
export function takeRows({ dtype, shape, data }: NDArray, rows: Uint32Array): NDArray {
  const size = numel(shape.slice(1));
  const taken = zeros([rows.length, ...shape.slice(1)], dtype);
  for (const [i, row] of rows.entries()) taken.data.set(data.subarray(row * size, (row + 1) * size), i * size);
  return taken;
}
