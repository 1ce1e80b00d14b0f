import { describeValue, ValueError } from '@descent/core';
import { fold, type Key, key, normal, permutation } from '@descent/core/random';
import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { resolveOptions } from './options.ts';
import { partOf, type TableOptions } from './tables.ts';

const SAMPLES = 300;
const LEAST_SAMPLES = 10;
const MOST_SAMPLES = 1_000_000;
const NOISE = 0.1;
/** Far beyond what hides every form; float32 holds the points. */
const MOST_NOISE = 1_000;

/** What the sets of points take beside what every named set takes. */
export interface ToyOptions extends TableOptions {
  /** Points of both parts together, from 10 to 1,000,000. Default 300, of which 240 are to train. */
  readonly samples?: number;
  /** The standard deviation of the normal noise that is added to each coordinate, from 0 to 1,000. Default 0.1. */
  readonly noise?: number;
  /** Of the noise and the order, and of the points where they are drawn at random; any safe integer. Default 0. */
  readonly seed?: number;
}

/** Where point `i` of the `count` points of class `c` is before noise; `draws` is for what is drawn at random. */
type Place = (c: number, count: number, draws: Key) => (i: number) => readonly [x1: number, x2: number];

/** What differs from set to set. */
type Named = Pick<DatasetDefinition, 'id' | 'name' | 'summary' | 'classes' | 'source' | 'citation'>;

/** The definition of a set of points in the plane, which are made when they are asked for. */
export function toyDefinition(named: Named): DatasetDefinition {
  const train = Math.round(0.8 * SAMPLES);
  return {
    ...named,
    task: 'classification',
    features: ['x1', 'x2'],
    item: { shape: [2], dtype: 'float32' },
    items: { train, test: SAMPLES - train },
    licence: 'Apache 2.0',
    folder: named.name,
    mirrors: [],
    files: [],
    needs: [],
  };
}

/**
 * Makes such a set: `counts` says how many points each class has, `place` where they are. Noise is added, and the points are put in a mixed order.
 */
export function toySet(
  definition: DatasetDefinition,
  options: ToyOptions,
  counts: (samples: number) => readonly number[],
  place: Place,
): ArrayDataset {
  const { name, classes, features, licence, source, citation } = definition;
  const { part, finish } = resolveOptions(name, options, ['all', 'samples', 'noise', 'seed']);
  const { samples, noise, seed } = toyOptions(name, options);
  const stream = fold(key(seed), definition.id);
  const x = new Float32Array(2 * samples);
  const noises = new Float32Array(2 * samples);
  normal(fold(stream, 'noise'), noises, 0, noise);
  const y = new Int32Array(samples);
  const order = permutation(fold(stream, 'order'), samples);
  let point = 0;
  counts(samples).forEach((count, c) => {
    const at = place(c, count, fold(fold(stream, 'points'), c));
    for (let i = 0; i < count; i++, point++) {
      const row = order[point] as number;
      const [x1, x2] = at(i);
      x[2 * row] = x1 + (noises[2 * point] as number);
      x[2 * row + 1] = x2 + (noises[2 * point + 1] as number);
      y[row] = c;
    }
  });
  const all: ArrayDataset = {
    ...{ name, classes, licence, source, citation },
    ...(features !== undefined && { features }),
    length: samples,
    x: { dtype: 'float32', shape: [samples, 2], data: x },
    y: { dtype: 'int32', shape: [samples], data: y },
  };
  return finish(partOf(all, part, options.all ?? false));
}

/** Two classes of `samples` points; a point left over belongs to the second, as with scikit-learn. */
export function halves(samples: number): readonly number[] {
  const first = Math.floor(samples / 2);
  return [first, samples - first];
}

function toyOptions(set: string, { samples = SAMPLES, noise = NOISE, seed = 0, all = false }: ToyOptions) {
  const problem = (what: string, received: unknown, expected: string): ValueError =>
    new ValueError(`${set}: ${what}`, {
      received: typeof received === 'number' ? String(received) : describeValue(received),
      expected,
    });
  if (!Number.isInteger(samples) || samples < LEAST_SAMPLES || samples > MOST_SAMPLES) {
    throw problem('samples is a number of points', samples, `a whole number from ${LEAST_SAMPLES} to ${MOST_SAMPLES}`);
  }
  if (!(typeof noise === 'number' && noise >= 0 && noise <= MOST_NOISE)) {
    throw problem('noise is a standard deviation', noise, `a number from 0 to ${MOST_NOISE}`);
  }
  if (!Number.isSafeInteger(seed)) throw problem('seed is a whole number', seed, 'a safe integer (below 2^53)');
  if (typeof all !== 'boolean') throw problem('all is a switch', all, 'true or false');
  return { samples, noise, seed };
}
