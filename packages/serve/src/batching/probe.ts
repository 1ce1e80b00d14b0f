import { type DType, type NDArray, numel, type Shape } from '@descent/core';
import { fold, type Key, key, randint, uniform } from '@descent/core/random';
import { reason } from '../models/reason.ts';
import type { Feeds, ServedModel, ServedPort } from '../models/served-model.ts';
import { joinFeeds, splitOutputs } from './join.ts';

/** Whether requests of a network can be joined. */
export interface Joining {
  /** The most rows of one run; 1 where requests run alone. */
  readonly most: number;
  /** Why requests run alone, where they do. */
  readonly why?: string;
}

/**
 * Runs a network for the first time, and finds out whether its first axis is a batch: where samples of random numbers give the same alone and below each other.
 * A first axis that is open may be something else, such as the steps of a series, and a network may mix its samples, as one with dynamic quantisation does.
 * @param most The most rows that are wanted.
 */
export async function probe(model: ServedModel, most: number): Promise<Joining> {
  const { inputs, axes } = model;
  const batch = axes?.['batch'];
  const limit = Math.min(most, batch?.max ?? most);
  const alone = (why: string): Joining => ({ most: 1, why });
  const isOpen = (port: ServedPort): boolean => port.shape[0] === -1;
  const sizes = SIZES.slice(0, inputs.some(({ shape }) => shape.slice(1).includes(-1)) ? undefined : 1);
  if (!inputs.every(isOpen)) {
    await run(model, sizes, (size) => samples(inputs, 0, size));
    return alone('the network takes a batch of a fixed size');
  }
  if (limit <= 1) {
    await run(model, sizes, (size) => samples(inputs, 0, size));
    return alone('joining is switched off');
  }
  if ((batch?.multipleOf ?? 1) > 1 || (batch?.min ?? 1) > 1) return alone('the network does not take every batch');
  let last: unknown;
  for (const size of sizes) {
    try {
      const parts = [samples(inputs, 1, size), samples(inputs, 2, size)] as const;
      const together = splitOutputs(await model.run(joinFeeds(parts)), [1, 1]);
      if (together === null) return alone('an output has no row for each sample');
      const apart = [await model.run(parts[0]), await model.run(parts[1])] as const;
      const same = together.every((outputs, i) => isSame(outputs, apart[i] as Feeds));
      return same ? { most: limit } : alone('a sample gives something else beside another one');
    } catch (error) {
      last = error;
    }
  }
  return alone(`samples of random numbers could not be tried: ${reason(last)}`);
}

/** For open sizes besides the batch. */
const SIZES: readonly number[] = [8, 32, 64, 224];

/** For networks that are not joined, so that the first request does not wait for what a first run does. What random numbers cannot do is no failure. */
async function run(model: ServedModel, sizes: readonly number[], feeds: (size: number) => Feeds): Promise<void> {
  for (const size of sizes) {
    try {
      await model.run(feeds(size));
      return;
    } catch {
      // The next size, or none: requests say what they want.
    }
  }
}

/** One sample of each input, or as many as it takes; `-1` becomes `size`. */
function samples(inputs: readonly ServedPort[], seed: number, size: number): Feeds {
  return Object.fromEntries(
    inputs.map(({ name, dtype, shape: wanted }) => {
      const shape = wanted.map((length, axis) => (length >= 0 ? length : axis === 0 ? 1 : size));
      return [name, sample(fold(key(seed), name), dtype, shape, seed === 2 ? 3 : 1)];
    }),
  );
}

/** Random numbers: floats up to `scale`, so that samples differ in size where a scale is taken over a batch; small integers, which any table has; bytes. */
function sample(random: Key, dtype: DType, shape: Shape, scale: number): NDArray {
  if (dtype === 'float32') {
    const data = new Float32Array(numel(shape));
    uniform(random, data, -scale, scale);
    return { dtype, shape, data };
  }
  const data = new Int32Array(numel(shape));
  randint(random, data, 0, dtype === 'uint8' ? 256 : 2);
  return dtype === 'int32' ? { dtype, shape, data } : { dtype, shape, data: Uint8Array.from(data) };
}

/** Equal but for what sums in another order differ by. */
const TOLERANCE = 1e-4;

function isSame(one: Feeds, other: Feeds): boolean {
  return Object.entries(one).every(([name, { dtype, shape, data }]) => {
    const wanted = other[name];
    if (wanted === undefined || wanted.shape.join() !== shape.join()) return false;
    let largest = 0;
    for (const value of wanted.data) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
    const allowed = dtype === 'float32' || dtype === 'float64' ? TOLERANCE * largest : 0;
    return data.every((value, i) => {
      const expected = wanted.data[i] as number;
      return Object.is(value, expected) || Math.abs(value - expected) <= allowed;
    });
  });
}
