import { type Batch, type NDArray, ndarray } from '@descent/core';
import {
  type ArrayDataset,
  digits as digitsSet,
  iris as irisSet,
  mnistSample,
  type TargetType,
} from '@descent/datasets';

/** Training and held-out samples of a made run. */
export interface Sets {
  readonly train: Batch;
  readonly test: Batch;
}

/** A small generator with a seed, so that made data are the same everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function normalFrom(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function take({ x, y }: Batch, rows: readonly number[]): Batch {
  const part = (a: NDArray): NDArray => {
    const size = a.data.length / (a.shape[0] as number);
    const Data = a.data.constructor as new (n: number) => typeof a.data;
    const data = new Data(rows.length * size);
    for (const [i, row] of rows.entries()) data.set(a.data.subarray(row * size, (row + 1) * size), i * size);
    return ndarray(a.dtype, [rows.length, ...a.shape.slice(1)], data);
  };
  return { x: part(x), y: part(y) };
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Samples from all over the MNIST sample, as bytes. */
export async function mnist(train = 1500, test = 500): Promise<Sets> {
  const [a, b] = [await mnistSample({ train: true }), await mnistSample({ train: false })];
  return { train: take(a, spread(a.length, train)), test: take(b, spread(b.length, test)) };
}

function spread(length: number, count: number): number[] {
  return range(0, count).map((i) => Math.floor((i * length) / count));
}

export async function digits(): Promise<Sets> {
  return { train: await digitsSet({ train: true }), test: await digitsSet({ train: false }) };
}

/** Each feature with mean 0 and standard deviation 1. */
export async function iris(): Promise<Sets> {
  const [train, test] = [await irisSet({ train: true }), await irisSet({ train: false })];
  const moments = range(0, 4).map((f) => {
    const column = range(0, train.length).map((i) => train.x.data[i * 4 + f] as number);
    const mean = column.reduce((a, b) => a + b, 0) / column.length;
    return { mean, std: Math.sqrt(column.reduce((a, b) => a + (b - mean) ** 2, 0) / column.length) };
  });
  const scale = ({ x, y }: Batch): Batch => ({
    x: floats(
      x.shape,
      Array.from(x.data, (v, i) => (v - (moments[i % 4]?.mean ?? 0)) / (moments[i % 4]?.std ?? 1)),
    ),
    y,
  });
  return { train: scale(train), test: scale(test) };
}

export function floats(shape: readonly number[], values: ArrayLike<number>): NDArray<'float32'> {
  return ndarray('float32', shape, Float32Array.from(values));
}

export function labels(values: ArrayLike<number>): NDArray<'int32'> {
  return ndarray('int32', [values.length], Int32Array.from(values));
}

/** Numbers `[n, 1]` that are `f` of standard normal features, with noise. */
export function regression(
  f: (x: readonly number[]) => number,
  { features = 6, train = 600, test = 200, noise = 0.1, seed = 1 } = {},
): Sets {
  const normal = normalFrom(randomFrom(seed));
  const rows = range(0, train + test).map(() => range(0, features).map(() => normal()));
  const all: Batch = {
    x: floats([rows.length, features], rows.flat()),
    y: floats(
      [rows.length, 1],
      rows.map((x) => f(x) + noise * normal()),
    ),
  };
  return { train: take(all, range(0, train)), test: take(all, range(train, train + test)) };
}

/** Classes of points in the plane: two half circles, one inside the other. */
export function moons({ train = 600, test = 200, noise = 0.1, seed = 1 } = {}): Sets {
  const random = randomFrom(seed);
  const normal = normalFrom(random);
  const count = train + test;
  const points = range(0, count).map((i) => {
    const angle = Math.PI * random();
    const [x, y] = i % 2 === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    return [x + noise * normal(), y + noise * normal()];
  });
  const all: Batch = { x: floats([count, 2], points.flat()), y: labels(range(0, count).map((i) => i % 2)) };
  return { train: take(all, range(0, train)), test: take(all, range(train, count)) };
}

export function mapX({ train, test }: Sets, f: (v: number) => number, only: 'both' | 'test' = 'both'): Sets {
  const map = ({ x, y }: Batch): Batch => ({ x: floats(x.shape, Array.from(x.data, f)), y });
  return { train: only === 'both' ? map(train) : train, test: map(test) };
}

export function mapY({ train, test }: Sets, f: (v: number, i: number) => number): Sets {
  const map = ({ x, y }: Batch): Batch => ({ x, y: { ...y, data: y.data.map(f) } as NDArray });
  return { train: map(train), test: map(test) };
}

/** Labels in another order than their samples. */
export function withShuffledLabels({ train, test }: Sets): Sets {
  const random = randomFrom(7);
  const data = train.y.data.slice();
  for (let i = data.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [data[i], data[j]] = [data[j] as number, data[i] as number];
  }
  return { train: { x: train.x, y: { ...train.y, data } as NDArray }, test };
}

/** Training samples in the order of their classes. */
export function sorted({ train, test }: Sets): Sets {
  const rows = range(0, train.y.data.length).sort((a, b) => (train.y.data[a] as number) - (train.y.data[b] as number));
  return { train: take(train, rows), test };
}

export function where(
  { train, test }: Sets,
  keep: (label: number, i: number) => boolean,
  only: 'both' | 'train' = 'both',
): Sets {
  const part = (set: Batch): Batch =>
    take(
      set,
      range(0, set.y.data.length).filter((i) => keep(set.y.data[i] as number, i)),
    );
  return { train: part(train), test: only === 'both' ? part(test) : test };
}

export function named({ x, y }: Batch): ArrayDataset<TargetType> {
  return {
    name: 'made',
    licence: 'CC0',
    source: '',
    citation: '',
    length: y.shape[0] as number,
    classes: y.dtype === 'int32' ? Array.from({ length: Math.max(...y.data) + 1 }, (_, i) => String(i)) : [],
    x: x as ArrayDataset['x'],
    y: y as NDArray<TargetType>,
  };
}

/** Something to learn that is not linear. */
export const wavy = (x: readonly number[]): number =>
  Math.sin(2 * (x[0] as number)) + (x[1] as number) * (x[2] as number);

/** Something to learn that is linear. */
export const plane = (x: readonly number[]): number => 2 * (x[0] as number) - (x[1] as number) + 0.5 * (x[2] as number);

/** One class in twenty, and nothing in the samples that tells it. */
export function unbalanced(): Sets {
  const random = randomFrom(5);
  const make = (count: number): Batch => {
    const x = Array.from({ length: count * 4 }, () => random() - 0.5);
    return { x: floats([count, 4], x), y: labels(Array.from({ length: count }, () => (random() < 0.05 ? 1 : 0))) };
  };
  return { train: make(600), test: make(200) };
}

/** Which of two pairs of quarters of the plane a point is in. */
export function squares(): Sets {
  const random = randomFrom(3);
  const make = (count: number): Batch => {
    const x = Array.from({ length: count * 2 }, () => 2 * random() - 1);
    return {
      x: floats([count, 2], x),
      y: labels(Array.from({ length: count }, (_, i) => ((x[2 * i] as number) * (x[2 * i + 1] as number) > 0 ? 1 : 0))),
    };
  };
  return { train: make(600), test: make(200) };
}
