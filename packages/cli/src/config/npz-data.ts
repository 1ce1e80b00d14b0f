import { basename, resolve } from 'node:path';
import { type HostDType, type NDArray, type NDArrays, ShapeError } from '@descent/core';
import { isLeaf, leavesOf, mapTree } from '@descent/core/backend';
import { DataFormatError, type DatasetOf, readNpz } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import type { DataSource, LoadedSet } from './data.ts';
import type { NpzData } from './define-config.ts';
import { asColumn, sampleOf, takeTest } from './examples.ts';
import { didYouMean } from './suggest.ts';

interface Pair {
  readonly x: NDArrays;
  readonly y: NDArray;
}

/** Arrays of a NumPy file. It is read at once: the shape of a sample stands in it. */
export async function npzData(data: NpzData, cwd: string, ignored: number | undefined): Promise<DataSource> {
  const { npz, x, y, test } = data;
  const file = resolve(cwd, npz);
  const trained = await readPair(file, { x, y }, data.task);
  const held =
    typeof test === 'string'
      ? await readPair(resolve(cwd, test), { x, y }, data.task)
      : typeof test === 'object' && 'x' in test
        ? await readPair(file, test, data.task)
        : null;
  const task = data.task ?? (isFloat(trained.y.dtype) ? 'regression' : 'classification');
  const pairs = [trained, ...(held === null ? [] : [held])];
  const classes = task === 'classification' ? classNames(pairs, data, file, ignored) : [];
  const make = (pair: Pair, name: string, source: string): LoadedSet =>
    asColumn(toDataset(pair, { name, classes, shape: data.shape, source }));
  const whole = make(trained, basename(npz), file);
  const testFile = typeof test === 'string' ? resolve(cwd, test) : file;
  const parts =
    held !== null
      ? { train: whole, test: make(held, basename(testFile), testFile) }
      : typeof test === 'number' || (test !== undefined && typeof test === 'object' && 'share' in test)
        ? takeTest(whole, test)
        : { train: whole, test: null };
  if (parts.test !== null) expectSameSamples(parts.train, parts.test);
  return {
    name: basename(npz),
    sample: sampleOf(whole),
    task,
    ...(data.task === undefined && task === 'regression' && { notes: regressionNotes(trained.y, y) }),
    load: async () => ({ ...parts, validation: null }),
  };
}

async function readPair(file: string, names: Pick<NpzData, 'x' | 'y'>, task: NpzData['task']): Promise<Pair> {
  const inputs = typeof names.x === 'string' ? [names.x] : names.x;
  const arrays = await readNpz(file, { arrays: [...inputs, names.y] }).catch(async (error: unknown) => {
    if (!(error instanceof DataFormatError)) throw error;
    // To say what there is; throws itself when the file is damaged.
    return readNpz(file);
  });
  const arrayOf = (key: 'x' | 'y', name: string): NDArray => {
    const found = arrays[name];
    if (found !== undefined) return found;
    const known = Object.keys(arrays);
    throw new UsageError(`there is no array '${name}' in ${basename(file)}${didYouMean(name, known)}`, {
      path: `data.${key}`,
      expected: known.join(', ') || 'an array: the file has none',
    });
  };
  const found = inputs.map((name) => [name, arrayOf('x', name)] as const);
  const y = arrayOf('y', names.y);
  const [samples, ...rest] = y.shape;
  // Keras keeps labels as a column.
  const areLabels = !isFloat(y.dtype) || task === 'classification';
  const labels = areLabels && rest.length === 1 && rest[0] === 1 ? { ...y, shape: [samples as number] } : y;
  if (found.every(([, { shape }]) => shape.length > 1 && shape[0] !== 0 && shape[0] === samples)) {
    const [[, one]] = found as [readonly [string, NDArray]];
    return { x: typeof names.x === 'string' ? one : Object.fromEntries(found), y: labels };
  }
  throw new ShapeError('these arrays are not samples and their targets', {
    path: file,
    received: [...found, [names.y, y] as const].map(([name, { shape }]) => `${name} [${shape.join(', ')}]`).join(', '),
    expected: 'as many targets as samples, and an axis for what a sample holds: [n, …], [n]',
  });
}

/** As given, else the numbers from 0 to the largest label. Throws when labels are no class indices, nor `ignored`. */
function classNames(
  pairs: readonly Pair[],
  { y: name, classes }: NpzData,
  file: string,
  ignored: number | undefined,
): readonly string[] {
  let largest = 0;
  for (const { y } of pairs) {
    const bad =
      y.shape.length === 1
        ? y.data.find((label) => label !== ignored && !(Number.isInteger(label) && label >= 0))
        : undefined;
    if (y.shape.length !== 1 || bad !== undefined) {
      throw new DataFormatError(`the array '${name}' holds no class indices`, {
        file,
        received: bad === undefined ? `the shape [${y.shape.join(', ')}]` : String(bad),
        expected: 'one whole number from 0 for each sample',
        fix: "give the index of each class, or task: 'regression' to predict numbers",
      });
    }
    for (const label of y.data) if (label !== ignored) largest = Math.max(largest, label);
  }
  const names = classes ?? Array.from({ length: largest + 1 }, (_, i) => String(i));
  if (largest < names.length) return names;
  throw new UsageError('there are labels without a class', {
    path: 'data.classes',
    received: `${names.length} names`,
    expected: `at least ${largest + 1}, for labels from 0 to ${largest}`,
  });
}

function toDataset(
  { x, y }: Pair,
  {
    name,
    classes,
    shape,
    source,
  }: {
    readonly name: string;
    readonly classes: readonly string[];
    readonly shape: readonly number[] | undefined;
    readonly source: string;
  },
): DatasetOf<NDArrays, NDArray> {
  const length = y.shape[0] as number;
  const targets: NDArray =
    classes.length > 0
      ? { dtype: 'int32', shape: y.shape, data: Int32Array.from(y.data) }
      : { dtype: 'float32', shape: y.shape, data: Float32Array.from(y.data) };
  if (shape !== undefined && !isLeaf(x)) {
    throw new UsageError('a shape is for samples of one array', {
      path: 'data.shape',
      received: `samples of several: ${Object.keys(x).join(', ')}`,
      fix: 'leave it out, and save the arrays in the shapes that the network takes',
    });
  }
  const inputs = mapTree(x, (array) => inputOf(array, shape ?? array.shape.slice(1))) as NDArrays;
  return { name, length, classes, x: inputs, y: targets, licence: 'unknown', source, citation: '' };
}

/** Inputs as bytes or float32, in this shape of a sample. */
function inputOf(x: NDArray, sample: readonly number[]): NDArray {
  const length = x.shape[0] as number;
  if (sample.reduce((a, b) => a * b, length) !== x.data.length) {
    throw new ShapeError('the samples cannot be read in this shape', {
      path: 'data.shape',
      received: `[${sample.join(', ')}]`,
      expected: `as many numbers as in [${x.shape.slice(1).join(', ')}]`,
    });
  }
  return x.dtype === 'uint8'
    ? { dtype: 'uint8', shape: [length, ...sample], data: x.data as Uint8Array }
    : { dtype: 'float32', shape: [length, ...sample], data: Float32Array.from(x.data) };
}

function expectSameSamples(train: LoadedSet, test: LoadedSet): void {
  const [expected, received] = [train, test].map(({ x }) =>
    leavesOf(x)
      .map(([name, { dtype, shape }]) => `${name === '' ? '' : `${name} `}${dtype} [${shape.slice(1).join(', ')}]`)
      .join(', '),
  );
  if (expected === received) return;
  throw new ShapeError('training and test data have different samples', { path: 'data.test', received, expected });
}

function isFloat(dtype: HostDType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/** Labels are often saved as floats, and would be learned as numbers without a word. */
function regressionNotes({ dtype, data }: NDArray, name: string): readonly string[] {
  const values = new Set<number>(data);
  const likeLabels = values.size <= 100 && [...values].every((value) => Number.isInteger(value) && value >= 0);
  const understood = `the array '${name}' holds ${dtype}, so its numbers are predicted (task: 'regression')`;
  if (!likeLabels) return [understood];
  return [
    `${understood}; they are whole, from ${Math.min(...values)} to ${Math.max(...values)}: if they are classes, say task: 'classification'`,
  ];
}
