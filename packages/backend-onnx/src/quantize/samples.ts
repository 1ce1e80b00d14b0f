import { formatShape, type NDArray, ShapeError, ValueError } from '@descent/core';
import { expectArray } from '../inference/check-array.ts';
import type { OnnxModelFile } from '../inference/load-onnx.ts';

/** Samples for a file: `[n, …sample]` for one of one input, by name for others. */
export type Samples = NDArray | Readonly<Record<string, NDArray>>;

export type Feeds = Readonly<Record<string, NDArray>>;

/** Samples by the names of the inputs, and how many. */
export interface NamedSamples {
  readonly arrays: Feeds;
  readonly count: number;
}

export function isArray(value: unknown): value is NDArray {
  return typeof value === 'object' && value !== null && 'data' in value && 'shape' in value && 'dtype' in value;
}

/** Throws unless `samples` are arrays of finite numbers for each input of `file`, all of one length. */
export function namedSamples(what: string, samples: unknown, file: Pick<OnnxModelFile, 'inputs'>): NamedSamples {
  const names = file.inputs.map(({ name }) => name);
  const arrays = isArray(samples) && names.length === 1 ? { [names[0] as string]: samples } : samples;
  const given = typeof arrays === 'object' && arrays !== null && !isArray(arrays) ? Object.keys(arrays) : [];
  if (names.some((name) => !given.includes(name)) || given.some((name) => !names.includes(name))) {
    throw new ValueError(`${what} are not arrays for the inputs of the model`, {
      path: what,
      received: isArray(samples) ? 'one array' : given.join(', ') || 'nothing that holds numbers',
      expected: names.length === 1 ? `an array [n, …sample] for '${names[0]}'` : `arrays by name: ${names.join(', ')}`,
    });
  }
  const feeds = arrays as Feeds;
  for (const name of names) expectArray(feeds[name], name, what);
  const lengths = new Set(names.map((name) => feeds[name]?.shape[0] ?? 0));
  const [count = 0] = lengths;
  if (lengths.size !== 1 || count === 0) {
    throw new ShapeError(`${what} hold ${count === 0 ? 'no sample' : 'other numbers of samples for each input'}`, {
      path: what,
      received: names.map((name) => `${name} ${formatShape(feeds[name]?.shape ?? [])}`).join(', '),
      expected: 'arrays whose first axis has one sample or more, as many in each',
    });
  }
  for (const name of names) expectFiniteSamples(what, name, feeds[name] as NDArray);
  return { arrays: feeds, count };
}

function expectFiniteSamples(what: string, name: string, { data, shape, dtype }: NDArray): void {
  if (!dtype.startsWith('float')) return;
  const at = Array.prototype.findIndex.call(data, (v: number) => !Number.isFinite(v));
  if (at < 0) return;
  const sample = Math.floor(at / (data.length / (shape[0] as number)));
  throw new ValueError(`${what} hold a number that is not finite`, {
    path: what,
    received: `${data[at]} in sample ${sample} of '${name}'`,
    expected: 'finite numbers, prepared as those the model was trained on',
    fix: 'leave such samples out, or fill what is missing',
  });
}

/** The samples in batches of at most `size`; of exactly `size` where `isFixed`, so that some may be left out at the end. */
export function* batches({ arrays, count }: NamedSamples, size: number, isFixed = false): Generator<Feeds> {
  for (let start = 0; start < count; start += size) {
    const end = Math.min(count, start + size);
    if (isFixed && end - start < size) return;
    yield Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, rowsOf(array, start, end)]));
  }
}

export function rowsOf(array: NDArray, start: number, end: number): NDArray {
  const width = array.data.length / (array.shape[0] as number);
  const data = array.data.subarray(start * width, end * width);
  return { ...array, shape: [end - start, ...array.shape.slice(1)], data } as NDArray;
}

/** Of how many samples a batch of the file is; null where it takes any number. */
export function fixedBatch({ inputs }: Pick<OnnxModelFile, 'inputs'>): number | null {
  const sizes = inputs.flatMap(({ shape, anyShape }) =>
    anyShape === true || (shape[0] ?? -1) < 0 ? [] : [shape[0] as number],
  );
  return sizes[0] ?? null;
}
