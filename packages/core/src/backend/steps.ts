import { allocate } from '../ir/dtype.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';
import { expectKind } from '../options.ts';
import type { Arrays } from './contract.ts';

/** What step `i` of `runSteps` is fed: entry `i` of the first axis of each feed, sharing memory with it. */
export function stepOf(feeds: Arrays, i: number): Arrays {
  return mapArrays(feeds, (array) => entry(array, i));
}

/** What `runSteps` returns: the results of each step, one behind the other along a new first axis. */
export function stackSteps(results: readonly Arrays[]): Arrays {
  expectKind('results', results, 'list', '[{ loss }]');
  return mapArrays(results[0] as Arrays, (_, name) => stack(results.map((r) => r[name] as NDArray)));
}

/** Entry `i` of the first axis, sharing memory with `array`. */
export function entry(array: NDArray, i: number): NDArray {
  const { dtype, shape, data } = hostArray('the array', array);
  const inner = shape.slice(1);
  const size = numel(inner);
  return { dtype, shape: inner, data: data.subarray(i * size, (i + 1) * size) };
}

function stack(arrays: readonly NDArray[]): NDArray {
  const { dtype, shape, data } = arrays[0] as NDArray;
  const out = allocate(dtype, arrays.length * data.length);
  for (const [i, array] of arrays.entries()) out.set(array.data, i * data.length);
  return { dtype, shape: [arrays.length, ...shape], data: out };
}

export function mapArrays(arrays: Arrays, f: (array: NDArray, name: string) => NDArray): Arrays {
  expectKind('arrays', arrays, 'record', '{ x: tensor([1, 2]) }');
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, f(array, name)]));
}
