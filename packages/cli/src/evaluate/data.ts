import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DescentError, formatShape, type NDArray, type NDArrays } from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import { type ArrayDataset, prepareTable, transformed } from '@descent/datasets';
import { hashOfData } from '@descent/runs';
import { withTransform } from '../config/augment.ts';
import { dataSource, type LoadedData, type LoadedSet } from '../config/data.ts';
import { DATASET_NAMES } from '../config/dataset-names.ts';
import type { DescentConfig } from '../config/define-config.ts';
import { parseJson } from '../config/json.ts';
import { localFiles } from '../config/local-files.ts';
import type { Preparation } from '../config/preparation.ts';
import { validateConfig } from '../config/schema.ts';
import { didYouMean } from '../config/suggest.ts';
import { readTableFile } from '../config/table-file.ts';
import { loadData } from '../datasets/load-data.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { imageInput } from '../run/image-input.ts';
import type { OpenModel } from '../run/open-model.ts';
import { preparedData } from '../run/prepared-data.ts';
import { withLabels } from './labels.ts';
import { takesTexts, textsOf } from './texts.ts';

type GivenData = DescentConfig['data'];
type SetName = 'train' | 'validation' | 'test';

/** What the command line says of the data. */
export interface DataWanted {
  /** A named set, a file, a folder, or JSON as a config has it. Default: that of the run. */
  readonly data?: string;
  /** Which part. Default: what is held out. */
  readonly set?: SetName;
  /** Of a table that does not say it. */
  readonly target?: string;
  readonly task?: 'classification' | 'regression';
  /** Names of arrays of a `.npz` file. */
  readonly x?: string;
  readonly y?: string;
  /** Data that are taken where neither the command line nor the network names any. */
  readonly like?: { readonly set: LoadedSet; readonly part: string };
}

/** What a network is judged on. */
export interface JudgedData {
  readonly set: LoadedSet;
  /** `test`, or which other part. */
  readonly part: string;
  /** What people should know. */
  readonly notes: readonly string[];
}

/** The data that `model` is to be judged on, as it takes them, with labels as it has them. */
export async function judgedData(
  model: OpenModel,
  path: string,
  wanted: DataWanted,
  quiet: boolean,
  io: Io,
): Promise<JudgedData> {
  const { data, like } = wanted;
  if (data === undefined && (model.run !== undefined || like === undefined))
    return ownData(model, path, wanted, quiet, io);
  const { set, part } =
    data === undefined ? (like as NonNullable<typeof like>) : await otherData(model, path, data, wanted, quiet, io);
  const fitting = fitted(set, model, path);
  return { set: withLabels(fitting.set, model, path), part, notes: fitting.notes };
}

/** What the run held out itself. */
async function ownData(
  { run }: OpenModel,
  path: string,
  wanted: DataWanted,
  quiet: boolean,
  io: Io,
): Promise<JudgedData> {
  const { set: name } = wanted;
  if (run === undefined) {
    throw new UsageError('a model file has no data of its own', {
      path,
      expected: '--data with a named set, a file, a folder, or JSON as a config has it',
      fix: 'say which data: --data mnist-sample',
    });
  }
  expectUsed(wanted, [], 'the data of the run itself');
  const data = await preparedData(run.config, quiet, io);
  const { set, part } = partOf(data, name, path);
  const recorded = run.record.data.find(({ role }) => role === part);
  const isSame = recorded === undefined || recorded.sha256 === hashOfData(set);
  return {
    set,
    part,
    notes: isSame
      ? []
      : [`the ${part} data are not those of the run: they were ${recorded.items} items, and have changed since`],
  };
}

function partOf(data: LoadedData, name: SetName | undefined, path: string): { set: LoadedSet; part: SetName } {
  const part = name ?? (data.test !== null ? 'test' : 'validation');
  const set = data[part];
  if (set !== null) return { set, part };
  throw new UsageError(name === undefined ? 'the run held no data out' : `the run has no ${name} data`, {
    path,
    expected: 'data that it was not trained on',
    fix: 'name others with --data; --set train takes the training data, which says little about new ones',
  });
}

/** Data that the command line names. */
async function otherData(
  model: OpenModel,
  path: string,
  text: string,
  wanted: DataWanted,
  quiet: boolean,
  io: Io,
): Promise<{ readonly set: LoadedSet; readonly part: SetName }> {
  const { config } = model.run ?? {};
  const isTable = /\.(?:csv|tsv|parquet|jsonl|ndjson)(?:\.gz)?$/i.test(text);
  if (isTable && model.table !== undefined) {
    const { target } = model.table;
    const own = 'column' in target && target.column === wanted.target;
    // Another model beside it may have to be told what this one knows.
    expectUsed(wanted, own ? ['target'] : [], 'a model of a table, which knows its target');
    expectPart(wanted, text);
    const rows = await readTableFile(localFiles(io.cwd), text, notationOf(config?.given.data));
    const set = prepareTable(model.table, rows, { name: basename(text), source: text });
    return { set: model.table.categories.length > 0 ? set : { ...set, x: set.x.numbers }, part: 'test' };
  }
  if (takesTexts(model) && (isTable || (await isFolder(resolve(io.cwd, text))))) {
    expectUsed(wanted, isTable ? ['target', 'task'] : [], 'texts for a network of texts');
    expectPart(wanted, text);
    const { target, task } = wanted;
    const notation = notationOf(config?.given.data);
    return { set: await textsOf(model, text, { target, task, notation }, io.cwd), part: 'test' };
  }
  const given = await givenData(model, path, text, wanted, io);
  const plain = await dataSource(given, io.cwd, model.loss?.ignoreIndex);
  const source = config === undefined ? plain : withTransform(plain, { ...config.given, data: given });
  const data = await loadData({ data: source, validation: null, seed: 0 }, quiet, io);
  expectPreparedAlike(model, data, path, text);
  const part = wanted.set ?? (data.test === null ? 'train' : 'test');
  const set = data[part];
  if (set === null)
    throw new UsageError(`these data have no ${part} part`, { path: '--set', received: text, fix: 'leave --set out' });
  const transforms = model.preprocessing?.transforms ?? [];
  const isMade = config !== undefined || transforms.length === 0;
  // What a run does to its data, the transforms of its config do; a file says it itself.
  return { set: isMade ? set : transformed(set as ArrayDataset, transforms as never), part };
}

/** Data that say by themselves how they are prepared would say something else than those of training: other tokens, or other standard deviations. */
function expectPreparedAlike(model: OpenModel, data: LoadedData, path: string, text: string): void {
  const own = preparationFacts(model);
  const other = preparationFacts(data);
  const odd = (['rows', 'texts', 'series'] as const).find(
    (kind) => own[kind] !== undefined && other[kind] !== undefined && !isDeepStrictEqual(own[kind], other[kind]),
  );
  if (odd === undefined) return;
  throw new UsageError(`these ${odd} would be prepared in another way than those that ${path} was trained on`, {
    path: '--data',
    received: text,
    expected: odd === 'texts' ? 'the same tokens' : 'the same means, standard deviations and categories',
    fix: odd === 'rows' ? 'give the file itself, which is then prepared as training did: --data <file>' : OTHER_TEST,
  });
}

const OTHER_TEST =
  'give the data of the run as JSON, from its config, with the file to evaluate as their test: --data \'{ …, "test": "other.csv" }\'';

/** What numbers become of the same values, as it would stand in a file. */
function preparationFacts({ table, text, windows }: Preparation): {
  readonly rows?: unknown;
  readonly texts?: unknown;
  readonly series?: unknown;
} {
  const rows = table === undefined ? undefined : [table.numbers, table.categories];
  return JSON.parse(JSON.stringify({ rows, texts: text?.tokens, series: windows?.features }));
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

/** How the run's own CSV file is written, which another is likely to be, too. */
function notationOf(data: GivenData | undefined): object {
  return typeof data === 'object' && ('table' in data || 'csv' in data || 'texts' in data) ? data : {};
}

/** What `text` means as the `data` of a config. */
async function givenData(model: OpenModel, path: string, text: string, wanted: DataWanted, io: Io): Promise<GivenData> {
  const { target, task, x, y } = wanted;
  if (text.trim().startsWith('{')) {
    expectUsed(wanted, [], 'JSON, which says it itself');
    return checked(parseJson(text, '--data'));
  }
  if ((DATASET_NAMES as readonly string[]).includes(text)) {
    expectUsed(wanted, [], 'a named set');
    return checked({ name: text });
  }
  const file = resolve(io.cwd, text);
  const found = await stat(file).catch(() => null);
  if (found === null) {
    throw new UsageError(`there are no data '${text}'${didYouMean(text, DATASET_NAMES)}`, {
      path: '--data',
      received: 'neither a named set nor a file',
      expected: `one of ${DATASET_NAMES.join(', ')}; the path of a .csv, .tsv, .parquet, .jsonl or .npz file; a folder with one folder of images a class; or JSON as a config has it`,
    });
  }
  const own = model.run?.config.given.data;
  const ownKind = typeof own === 'object' ? own : {};
  if (found.isDirectory()) {
    expectUsed(wanted, [], 'a folder of images');
    if ('images' in ownKind) return { ...ownKind, test: text } as GivenData;
    return imagesFor(model, path, text);
  }
  switch (extname(text).toLowerCase()) {
    case '.npz':
      expectUsed(wanted, ['x', 'y', 'task'], 'a .npz file');
      if ('npz' in ownKind && x === undefined && y === undefined && task === undefined)
        return { ...ownKind, test: text } as GivenData;
      return checked({ npz: text, x: x ?? 'x', y: y ?? 'y', ...(task !== undefined && { task }), ...shapeOf(model) });
    case '.csv':
    case '.tsv':
      expectUsed(wanted, ['target', 'task'], 'a .csv or .tsv file');
      if ('csv' in ownKind && target === undefined && task === undefined)
        return { ...ownKind, test: text } as GivenData;
      if (target !== undefined) return checked({ csv: text, target, ...(task !== undefined && { task }) });
      throw new UsageError('it is not known which column is to be predicted', {
        path: '--data',
        received: text,
        fix: 'name it: --target <column>; or say everything as JSON: --data \'{"csv": "…", "target": "…"}\'',
      });
    default:
      throw new UsageError('data of this kind are not read', {
        path: '--data',
        received: text,
        expected: 'a .csv, .tsv or .npz file, a folder of images, or, for a model of a table, .parquet and .jsonl, too',
      });
  }
}

/** Options that say how data are to be read. */
const READING = ['target', 'task', 'x', 'y'] as const;

/** Throws a UsageError for options that such data do not take: what is said must not go unheard. */
function expectUsed(wanted: DataWanted, taken: readonly (typeof READING)[number][], of: string): void {
  const odd = READING.find((name) => wanted[name] !== undefined && !taken.includes(name));
  if (odd === undefined) return;
  throw new UsageError(`--${odd} has no effect here`, {
    received: `--${odd} ${wanted[odd]} for ${of}`,
    fix: `leave --${odd} out, or say which data it is of: --data <what>`,
  });
}

/** Throws a UsageError for a part other than the whole of a file, which is what is tested on. */
function expectPart({ set }: DataWanted, text: string): void {
  if (set === undefined || set === 'test') return;
  throw new UsageError(`these data have no ${set} part`, { path: '--set', received: text, fix: 'leave --set out' });
}

function checked(data: unknown): GivenData {
  // The rest of a config is there for the check of the whole only.
  return validateConfig({ model: ['flatten'], optimizer: 'sgd', data }, '--data').data;
}

function shapeOf({ inputs }: OpenModel): { readonly shape?: readonly number[] } {
  const [input] = inputs;
  const sample = input?.shape.slice(1) ?? [];
  return inputs.length === 1 && sample.every((size) => size > 0) ? { shape: sample } : {};
}

/** A folder of pictures, opened as the model says. */
function imagesFor(model: OpenModel, path: string, images: string): GivenData {
  const [input] = model.inputs;
  if (model.inputs.length !== 1 || input === undefined)
    throw new DescentError('the network takes several arrays, not pictures', { path, received: images });
  const { width, height, channels, fit, invert } = imageInput({ ...model, input }, path).preprocessing;
  return {
    images,
    width,
    height,
    channels,
    ...(fit !== undefined && { fit }),
    ...(invert !== undefined && { invert }),
  };
}

/** The samples as the network takes them: bytes of pictures as floats where it takes these. Throws for others. */
function fitted(set: LoadedSet, model: OpenModel, path: string): { set: LoadedSet; notes: readonly string[] } {
  const arrays = leavesOf(set.x);
  const [input] = model.inputs;
  const [first] = arrays;
  if (input === undefined || first === undefined) return { set, notes: [] };
  if (model.inputs.length === 1 && arrays.length === 1) {
    const [, array] = first;
    const isSame = sameSample(array, input.shape);
    if (isSame && array.dtype === input.dtype) return { set, notes: [] };
    if (isSame && array.dtype === 'uint8' && input.dtype === 'float32') return scaled(set, array, model, path);
    throw misfit(path, model, set.x);
  }
  const fits = model.inputs.every(({ name, dtype, shape }) =>
    arrays.some(([of, array]) => of === name && array.dtype === dtype && sameSample(array, shape)),
  );
  if (fits && arrays.length === model.inputs.length) return { set, notes: [] };
  throw misfit(path, model, set.x);
}

function scaled(set: LoadedSet, array: NDArray, model: OpenModel, path: string) {
  const [input] = model.inputs;
  const { preprocessing, notes } = imageInput({ ...model, input: input as (typeof model.inputs)[number] }, path);
  const [black, white] = preprocessing.range as readonly [number, number];
  const data = Float32Array.from(array.data, (v) => black + (white - black) * (v / 255));
  return { set: { ...set, x: { ...array, dtype: 'float32', data } as NDArray }, notes };
}

function sameSample({ shape }: NDArray, wanted: readonly number[]): boolean {
  return (
    shape.length === wanted.length && shape.every((size, i) => i === 0 || (wanted[i] ?? -1) < 0 || wanted[i] === size)
  );
}

function misfit(path: string, { inputs }: OpenModel, x: NDArrays): DescentError {
  return new DescentError('the data are not what the network takes', {
    path,
    received: leavesOf(x)
      .map(([name, { dtype, shape }]) => `${name === '' ? '' : `${name} `}${dtype} ${formatShape(shape.slice(1))}`)
      .join(', '),
    expected: inputs.map(({ name, dtype, shape }) => `${name} ${dtype} ${formatShape(shape.slice(1))}`).join(', '),
    fix: 'give data of that form; as JSON, --data takes all that the data of a config may say, such as the shape of a sample',
  });
}
