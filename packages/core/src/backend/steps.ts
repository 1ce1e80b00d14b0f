import { ValueError } from '../errors.ts';
import { allocate } from '../ir/dtype.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { checkFeed, checkNoExtraFeeds } from './check.ts';
import type { Arrays } from './contract.ts';

/**
 * `runSteps` for a backend without anything faster: slices the feeds, runs once a step, stacks the results. `fed` holds the graph inputs
 * that the caller feeds.
 * @throws ValueError for less than one step; BackendError when a feed does not fit.
 */
export async function runStepByStep(
  steps: number,
  feeds: Arrays,
  fed: ReadonlyMap<string, Pick<Node, 'type'>>,
  run: (feeds: Arrays) => Promise<Arrays>,
): Promise<Arrays> {
  checkSteps(steps, feeds, fed);
  const results: Arrays[] = [];
  for (let i = 0; i < steps; i++) results.push(await run(mapArrays(feeds, (array) => entry(array, i))));
  return mapArrays(results[0] as Arrays, (_, name) => stack(results.map((r) => r[name] as NDArray)));
}

/** Throws unless there is a step to run and each feed has an entry for each step. */
export function checkSteps(steps: number, feeds: Arrays, fed: ReadonlyMap<string, Pick<Node, 'type'>>): void {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ValueError('runSteps runs whole steps', { received: `${steps}`, expected: 'an integer of at least 1' });
  }
  checkNoExtraFeeds(feeds, fed);
  for (const [name, n] of fed) checkFeed(name, feeds[name], n, steps);
}

/** Entry `i` of the first axis, sharing memory with `array`. */
export function entry({ dtype, shape, data }: NDArray, i: number): NDArray {
  const inner = shape.slice(1);
  const size = numel(inner);
  return { dtype, shape: inner, data: data.subarray(i * size, (i + 1) * size) };
}

/** Arrays of one type, put one behind the other along a new first axis. */
export function stack(arrays: readonly NDArray[]): NDArray {
  const { dtype, shape, data } = arrays[0] as NDArray;
  const out = allocate(dtype, arrays.length * data.length);
  for (const [i, array] of arrays.entries()) out.set(array.data, i * data.length);
  return { dtype, shape: [arrays.length, ...shape], data: out };
}

export function mapArrays(arrays: Arrays, f: (array: NDArray, name: string) => NDArray): Arrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, f(array, name)]));
}
