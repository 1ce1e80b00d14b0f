import { type HostDType, type NDArray, type NDArrays, ShapeError } from '@descent/core';
import { isLeaf, leavesOf, mapTree } from '@descent/core/backend';
import { DataFormatError, readNpz } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import type { DataSource, LoadedSet } from './data.ts';
import type { NpzData } from './define-config.ts';
import { asColumn, sampleOf, takeTest, targetsOf } from './examples.ts';
import { type ConfigFiles, fileName } from './files.ts';
import { didYouMean } from './suggest.ts';

interface Pair {
  readonly x: NDArrays;
  readonly y: NDArrays;
}

/** Arrays of a NumPy file. It is read at once: the shape of a sample stands in it. */
export async function npzData(data: NpzData, files: ConfigFiles, ignored: number | undefined): Promise<DataSource> {
  const { npz, x, y, test } = data;
  const file = files.nameOf(npz);
  if (typeof y !== 'string') expectNoTask(data, y);
  const trained = await readPair(files, npz, { x, y }, data.task);
  const held =
    typeof test === 'string'
      ? await readPair(files, test, { x, y }, data.task)
      : typeof test === 'object' && 'x' in test
        ? await readPair(files, npz, test, data.task)
        : null;
  const task = isLeaf(trained.y) ? (data.task ?? (isFloat(trained.y.dtype) ? 'regression' : 'classification')) : null;
  const labels = [trained, ...(held === null ? [] : [held])].flatMap((pair) => (isLeaf(pair.y) ? [pair.y] : []));
  const classes = task === 'classification' ? classNames(labels, data, file, ignored) : [];
  const make = (pair: Pair, name: string, source: string): LoadedSet =>
    asColumn(toDataset(pair, { name, classes, shape: data.shape, isToken: tokensOf(data), source }));
  const whole = make(trained, fileName(npz), file);
  const testFile = typeof test === 'string' ? files.nameOf(test) : file;
  const parts =
    held !== null
      ? { train: whole, test: make(held, fileName(testFile), testFile) }
      : typeof test === 'number' || (test !== undefined && typeof test === 'object' && 'share' in test)
        ? takeTest(whole, test)
        : { train: whole, test: null };
  if (parts.test !== null) {
    expectSameTypes('samples', parts.train.x, parts.test.x);
    if (!isLeaf(parts.train.y)) expectSameTypes('targets', parts.train.y, parts.test.y);
  }
  return {
    name: fileName(npz),
    sample: sampleOf(whole),
    targets: targetsOf(whole),
    task,
    ...(data.task === undefined &&
      task === 'regression' &&
      isLeaf(trained.y) && { notes: regressionNotes(trained.y, y as string) }),
    load: async () => ({ ...parts, validation: null }),
  };
}

async function readPair(
  files: ConfigFiles,
  path: string,
  names: Pick<NpzData, 'x' | 'y'>,
  task: NpzData['task'],
): Promise<Pair> {
  const [source, file] = [files.file(path), files.nameOf(path)];
  const listOf = (one: string | readonly string[]): readonly string[] => (typeof one === 'string' ? [one] : one);
  const arrays = await readNpz(source, { arrays: [...listOf(names.x), ...listOf(names.y)] }).catch(
    async (error: unknown) => {
      if (!(error instanceof DataFormatError)) throw error;
      // To say what there is; throws itself when the file is damaged.
      return readNpz(source);
    },
  );
  const arrayOf = (key: 'x' | 'y', name: string): NDArray => {
    const found = arrays[name];
    if (found !== undefined) return found;
    const known = Object.keys(arrays);
    throw new UsageError(`there is no array '${name}' in ${fileName(file)}${didYouMean(name, known)}`, {
      path: `data.${key}`,
      expected: known.join(', ') || 'an array: the file has none',
    });
  };
  const found = (key: 'x' | 'y') => listOf(names[key]).map((name) => [name, arrayOf(key, name)] as const);
  const [inputs, targets] = [found('x'), found('y')];
  const samples = targets[0]?.[1].shape[0];
  // Beside others, a whole number a sample is such as the length of its sequence.
  const isSample = ({ dtype, shape }: NDArray): boolean => shape.length > 1 || (inputs.length > 1 && dtype === 'int32');
  const fits =
    samples !== 0 &&
    inputs.every(([, array]) => isSample(array) && array.shape[0] === samples) &&
    inputs.some(([, { shape }]) => shape.length > 1) &&
    targets.every(([, { shape }]) => shape[0] === samples);
  const treeOf = (given: NpzData['x'], list: readonly (readonly [string, NDArray])[]): NDArrays =>
    typeof given === 'string' ? (list[0] as readonly [string, NDArray])[1] : Object.fromEntries(list);
  if (fits) {
    const y = targets.map(([name, array]) => [name, labelsOf(array, task)] as const);
    return { x: treeOf(names.x, inputs), y: treeOf(names.y, y) };
  }
  throw new ShapeError('these arrays are not samples and their targets', {
    path: file,
    received: [...inputs, ...targets].map(([name, { shape }]) => `${name} [${shape.join(', ')}]`).join(', '),
    expected: 'as many targets as samples, and an axis for what a sample holds: [n, …], [n]; beside others, int32 [n]',
  });
}

/** Labels of a column, or of rows that are one 1 and zeros, as a list of labels: Keras keeps them so. */
function labelsOf(y: NDArray, task: NpzData['task']): NDArray {
  const [samples, ...rest] = y.shape;
  const areLabels = !isFloat(y.dtype) || task === 'classification';
  const column = areLabels && rest.length === 1 && rest[0] === 1 ? { ...y, shape: [samples as number] } : y;
  return (task === 'classification' ? indicesOf(column) : null) ?? column;
}

/** Throws for what can be said of one array of targets only. */
function expectNoTask(data: NpzData, y: readonly string[]): void {
  const said = (['task', 'classes'] as const).find((key) => data[key] !== undefined);
  if (said === undefined) return;
  throw new UsageError(`${said} is for targets of one array`, {
    path: `data.${said}`,
    received: `targets of several: ${y.join(', ')}`,
    fix: 'leave it out: arrays of whole numbers are labels, and arrays of floats are numbers to predict',
  });
}

/** The index of the one in each row, or null where not all rows are one 1 and zeros. */
function indicesOf({ shape: [rows = 0, width = 0, ...more], data }: NDArray): NDArray | null {
  if (width < 2 || more.length > 0) return null;
  const row = (i: number) => data.subarray(i * width, (i + 1) * width);
  const indices = Int32Array.from({ length: rows }, (_, i) => row(i).indexOf(1));
  const isOneHot = indices.every((at, i) => at !== -1 && row(i).every((value, j) => value === 0 || j === at));
  return isOneHot ? { dtype: 'int32', shape: [rows], data: indices } : null;
}

/** As given, else the numbers from 0 to the largest label. Throws when labels are no class indices, nor `ignored`. */
function classNames(
  all: readonly NDArray[],
  { y: name, classes }: NpzData,
  file: string,
  ignored: number | undefined,
): readonly string[] {
  let largest = 0;
  for (const y of all) {
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
    isToken,
    source,
  }: {
    readonly name: string;
    readonly classes: readonly string[];
    readonly shape: readonly number[] | undefined;
    readonly isToken: (name: string) => boolean;
    readonly source: string;
  },
): LoadedSet {
  const length = leavesOf(y)[0]?.[1].shape[0] as number;
  const targetsOf = (array: NDArray): NDArray => {
    const areLabels = isLeaf(y) ? classes.length > 0 : !isFloat(array.dtype);
    return areLabels
      ? { dtype: 'int32', shape: array.shape, data: Int32Array.from(array.data) }
      : { dtype: 'float32', shape: array.shape, data: toFloat32(array, 'target') };
  };
  if (shape !== undefined && !isLeaf(x)) {
    throw new UsageError('a shape is for samples of one array', {
      path: 'data.shape',
      received: `samples of several: ${Object.keys(x).join(', ')}`,
      fix: 'leave it out, and save the arrays in the shapes that the network takes',
    });
  }
  const inputs = mapTree(x, (array, of) => inputOf(array, shape ?? array.shape.slice(1), isToken(of))) as NDArrays;
  return { name, length, classes, x: inputs, y: mapTree(y, targetsOf), licence: 'unknown', source, citation: '' };
}

/** Says which arrays of samples hold tokens; one array alone has the empty name. Throws for names that are not among them. */
function tokensOf({ tokens = false, x }: NpzData): (name: string) => boolean {
  if (typeof tokens === 'boolean' && typeof x === 'string') return () => tokens;
  if (tokens === false) return () => false;
  const all = typeof x === 'string' ? [x] : x;
  const odd = tokens === true ? 'true, of several arrays' : tokens.find((name) => !all.includes(name));
  if (odd === undefined) return (name) => (tokens as readonly string[]).includes(typeof x === 'string' ? x : name);
  throw new UsageError('tokens is to name arrays of samples', {
    path: 'data.tokens',
    received: odd,
    expected: all.join(', '),
  });
}

/** Inputs as bytes, tokens or float32, in this shape of a sample. */
function inputOf(x: NDArray, sample: readonly number[], isToken: boolean): NDArray {
  const length = x.shape[0] as number;
  if (sample.reduce((a, b) => a * b, length) !== x.data.length) {
    throw new ShapeError('the samples cannot be read in this shape', {
      path: 'data.shape',
      received: `[${sample.join(', ')}]`,
      expected: `as many numbers as in [${x.shape.slice(1).join(', ')}]`,
    });
  }
  const shape = [length, ...sample];
  if (isToken) {
    if (x.dtype === 'int32' || x.dtype === 'uint8') return { dtype: 'int32', shape, data: Int32Array.from(x.data) };
    throw new DataFormatError('tokens are whole numbers', {
      received: `an array of ${x.dtype}`,
      expected: 'an array of integers, such as int64',
      fix: 'save it so: tokens.astype(numpy.int64)',
    });
  }
  return x.dtype === 'uint8'
    ? { dtype: 'uint8', shape, data: x.data as Uint8Array }
    : { dtype: 'float32', shape, data: toFloat32(x, 'sample') };
}

/** Throws for a number that is none of float32 but infinity. */
function toFloat32({ shape: [length = 1], data }: NDArray, what: string): Float32Array {
  const converted = Float32Array.from(data);
  const at = converted.findIndex((v, i) => !Number.isFinite(v) && Number.isFinite(data[i]));
  if (at === -1) return converted;
  throw new DataFormatError('a number is too large for float32', {
    received: `${data[at]} in ${what} ${Math.floor(at / (data.length / length))}`,
    expected: 'numbers of at most 3.4e38, as networks compute with',
    fix: 'scale the array before it is saved, or correct the value',
  });
}

function expectSameTypes(what: 'samples' | 'targets', train: NDArrays, test: NDArrays): void {
  const [expected, received] = [train, test].map((arrays) =>
    leavesOf(arrays)
      .map(([name, { dtype, shape }]) => `${name === '' ? '' : `${name} `}${dtype} [${shape.slice(1).join(', ')}]`)
      .join(', '),
  );
  if (expected === received) return;
  throw new ShapeError(`training and test data have different ${what}`, { path: 'data.test', received, expected });
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
