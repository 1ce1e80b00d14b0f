import type { PreparedFiles } from '@descent/cli/config';
import type { SampleType, Tree } from '@descent/core';
import { mapTree } from '@descent/core/backend';
import { effect, type Signal, signal } from '@preact/signals';
import { ProblemError, problemOf } from '../session/problem.ts';
import type { OwnArrays, OwnData, Problem } from '../session/protocol.ts';
import {
  type DataChoice,
  type Experiment,
  type FilesData,
  type ImagesData,
  type TableFileData,
  type ToyName,
  tableOf,
} from '../state/experiment.ts';
import { experiment } from '../state/store.ts';
import { entriesOf } from './archive.ts';
import { dataWorker } from './client.ts';
import { kept, readKept } from './kept.ts';
import { classesOf, type Kept, type KeptFile, NOTHING_KEPT } from './kept-values.ts';
import { namedFiles } from './own-files.ts';
import type { FilesOptions } from './prepare-own-files.ts';
import { tokenCount } from './token-count.ts';

/** What a network gets and answers. */
export interface DataSample {
  readonly shape: readonly number[];
  readonly dtype: 'uint8' | 'float32' | 'int32';
  /** None for numbers to predict. */
  readonly classes: readonly string[];
  readonly task: 'classification' | 'regression';
  /** Of texts: how many different tokens there are. */
  readonly tokens?: number;
}

/** What is known of a table of the user's own once it has been read. */
export interface ReadTable {
  readonly choice: TableFileData;
  readonly file: Blob;
  /** One of both. */
  readonly sample: DataSample | null;
  readonly problem: Problem | null;
  readonly samples: { readonly train: number; readonly test: number } | null;
}

/** Classes of the named sets; a test holds them against those of `@descent/datasets`. */
export const TOY_CLASSES = {
  moons: ['upper', 'lower'],
  circles: ['outer', 'inner'],
  spirals: ['first arm', 'second arm'],
  blobs: ['top', 'left', 'right'],
  xor: ['same sign', 'different signs'],
} as const satisfies Readonly<Record<ToyName, readonly string[]>>;
const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** The table of the experiment, read; null while it is being read, or where the experiment has none. */
export const readTable: Signal<ReadTable | null> = signal(null);

/** Counts the changes of what the page keeps of the data of the experiment: other data under the same name. */
export const ownVersion: Signal<number> = signal(0);

/**
 * What the data of an experiment are, for a network; null while own data are not read, or where they are not in this browser. A component that asks is drawn
 * anew when that changes.
 */
export function sampleOf(data: DataChoice): DataSample | null {
  const task = 'classification';
  // What they are, `filesSampleOf` says.
  if ('files' in data) return null;
  if ('csv' in data || 'texts' in data)
    return sameChoice(readTable.value?.choice, data) ? (readTable.value?.sample ?? null) : null;
  if ('images' in data) {
    const classes = usedClasses(kept.value, data.images);
    const { width, height, channels } = data;
    if (classes.length < 2) return null;
    return { shape: [channels, height, width], dtype: 'uint8', classes: classes.map(({ name }) => name), task };
  }
  if (data.name === 'mnist-sample') return { shape: [1, 28, 28], dtype: 'uint8', classes: DIGITS, task };
  return { shape: [2], dtype: 'float32', classes: TOY_CLASSES[data.name], task };
}

/**
 * The samples of the user's own that an experiment names; null for named sets, which the training worker loads.
 * @throws ProblemError where they are not in this browser, or cannot be read as the experiment says.
 */
export async function ownDataOf(experiment: OwnExperiment): Promise<OwnData | null> {
  const { data } = experiment;
  if ('name' in data) return null;
  const all = await readKept();
  if ('files' in data) return dataWorker().files(filesOf(data, all), data, optionsOf(experiment));
  if (!('images' in data)) {
    const table = all.tables.find(({ name }) => name === tableOf(data));
    if (table === undefined)
      throw notHere(
        tableOf(data) ?? '',
        'a table that was added here before',
        'open the file again on this device, under Build',
      );
    return arraysOf(table.file, data);
  }
  const classes = usedClasses(all, data.images);
  if (classes.length === 0)
    throw notHere(data.images, 'pictures that were added here before', 'import the archive of the set, under Build');
  return dataWorker().pictures(entriesOf(classes), data);
}

/** Of what the data of an experiment depend on. */
type OwnExperiment = Pick<Experiment, 'data'> & FilesOptions;

function optionsOf({ validation, seed, loss }: FilesOptions): FilesOptions {
  return { seed, ...(validation !== undefined && { validation }), ...(loss !== undefined && { loss }) };
}

/** The files that data name. Throws a ProblemError where some are not in this browser. */
function filesOf(data: FilesData, all: Kept): readonly KeptFile[] {
  const named = namedFiles(data, all);
  const missing = named.find((one) => one.kept.length === 0);
  if (missing !== undefined) throw notHere(missing.path, `a ${missing.kind} that was added here before`, ADD);
  return named.flatMap((one) => one.kept);
}

const ADD = 'choose it under Build, Choose data, Own files';

/** Reads the table or the files of the experiment whenever they are others, and counts changes of kept data. Started once, with the page. */
export function followOwnData(): void {
  let seen: readonly unknown[] = [];
  effect(() => {
    const { data, validation, seed, loss } = experiment.value;
    if ('name' in data) return;
    const all = kept.value;
    if (all === null) {
      void readKept();
      return;
    }
    const content =
      'files' in data
        ? namedFiles(data, all).flatMap((one) => one.kept)
        : 'images' in data
          ? usedClasses(all, data.images).flatMap(({ pictures }) => pictures)
          : all.tables.filter(({ name }) => name === tableOf(data));
    if (content.length !== seen.length || content.some((one, i) => one !== seen[i])) ownVersion.value += 1;
    seen = content;
    if ('files' in data) void readInFiles(data, all, optionsOf({ validation, seed, loss } as FilesOptions));
    else if (!('images' in data)) void read(data, all);
  });
}

/** What is known of data in files once they have been read. */
export interface ReadFiles {
  readonly choice: FilesData;
  /** By what they were read. */
  readonly key: string;
  readonly files: readonly KeptFile[];
  readonly sample: Tree<SampleType> | null;
  readonly task: Task;
  readonly notes: readonly string[];
  readonly classes: readonly string[];
  readonly samples: { readonly train: number; readonly validation: number; readonly test: number } | null;
  readonly problem: Problem | null;
}

type Task = PreparedFiles['task'];

/** The data in files of the experiment, read; null while they are being read, or where some are missing. */
export const readFiles: Signal<ReadFiles | null> = signal(null);

async function readInFiles(choice: FilesData, all: Kept, options: FilesOptions): Promise<void> {
  const named = namedFiles(choice, all);
  const files = named.flatMap((one) => one.kept);
  if (named.some((one) => one.kept.length === 0)) {
    readFiles.value = null;
    return;
  }
  const key = JSON.stringify([choice, options]);
  const before = readFiles.peek();
  if (before?.key === key && before.files.length === files.length && before.files.every((one, i) => one === files[i]))
    return;
  const nothing = { sample: null, task: null, notes: [], classes: [], samples: null };
  const made = await dataWorker()
    .files(files, choice, options)
    .then((own) => factsOfFiles(own as PreparedFiles))
    .catch((error: unknown) => ({ ...nothing, problem: problemOf(error) }));
  if (sameChoice(experiment.peek().data, choice)) readFiles.value = { choice, key, files, ...made };
}

function factsOfFiles(own: PreparedFiles): Omit<ReadFiles, 'choice' | 'key' | 'files'> {
  const { train, validation, test, task, notes } = own;
  return {
    ...{ task, notes, classes: train.classes, problem: null },
    sample: mapTree(train.x, ({ dtype, shape }) => ({
      shape: shape.slice(1),
      dtype: dtype === 'float64' ? 'float32' : dtype,
    })),
    samples: { train: train.length, validation: validation?.length ?? 0, test: test?.length ?? 0 },
  };
}

/** As `sampleOf`, of data in files: what a network for them takes, and what it is to say. */
export function filesSampleOf(data: DataChoice): ReadFiles | null {
  return 'files' in data && sameChoice(readFiles.value?.choice, data) ? readFiles.value : null;
}

function arraysOf(file: Blob, choice: TableFileData): Promise<OwnArrays> {
  const made = 'texts' in choice ? dataWorker().texts(file, choice) : dataWorker().table(file, choice);
  return made as Promise<OwnArrays>;
}

async function read(choice: TableFileData, { tables }: Kept): Promise<void> {
  const file = tables.find(({ name }) => name === tableOf(choice))?.file;
  const before = readTable.peek();
  if (file === undefined) {
    readTable.value = null;
    return;
  }
  if (before?.file === file && sameChoice(before.choice, choice)) return;
  const made = await arraysOf(file, choice)
    .then((own) => factsOf(own, choice))
    .catch((error: unknown) => ({ sample: null, samples: null, problem: problemOf(error) }));
  // Another may have been chosen meanwhile.
  if (sameChoice(experiment.peek().data, choice)) readTable.value = { choice, file, ...made };
}

function factsOf(
  { train, test, text }: OwnArrays,
  { task = 'classification' }: TableFileData,
): Omit<ReadTable, 'choice' | 'file'> {
  const { x, y, classes } = train;
  return {
    sample: {
      ...{ shape: x.shape.slice(1), dtype: text === undefined ? 'float32' : 'int32', classes, task },
      ...(text !== undefined && { tokens: tokenCount(text) }),
    },
    samples: { train: y.shape[0] ?? 0, test: test?.y.shape[0] ?? 0 },
    problem: null,
  };
}

/** The name of own data that are not in this browser; null where they are, or nobody knows yet. */
export function missingOf(all: Kept | null, data: DataChoice): string | null {
  if (all === null || 'name' in data) return null;
  if ('files' in data) return namedFiles(data, all).find((one) => one.kept.length === 0)?.path ?? null;
  const [name, known] = 'images' in data ? [data.images, all.sets] : [tableOf(data), all.tables];
  return known.some((one) => one.name === name) ? null : name;
}

/** The classes of a set that have pictures, in the order of their labels: that of their names. */
export function usedClasses(all: Kept | null, set: ImagesData['images']) {
  const classes = classesOf(all ?? NOTHING_KEPT, set);
  return classes.filter(({ pictures }) => pictures.length > 0).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sameChoice(a: DataChoice | undefined, b: DataChoice): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function notHere(name: string, what: string, fix: string): ProblemError {
  return new ProblemError({
    name: 'DataFileError',
    message: 'the data of this experiment are not in this browser',
    path: 'data',
    received: name,
    expected: what,
    fix,
  });
}
