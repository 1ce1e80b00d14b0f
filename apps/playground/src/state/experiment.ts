import type { FileData } from '@descent/cli/config';

/** A call as JSON holds it: a name, or a name with its arguments, such as `["linear", 784, 10]`. */
export type Call = string | readonly [name: string, ...args: unknown[]];

/** Engines of the page, by the names of their backends. */
export const ENGINES = ['onnx:wasm', 'onnx:webgpu', 'tfjs:wasm', 'tfjs:webgl', 'tfjs:webgpu'] as const;
export type EngineName = (typeof ENGINES)[number];

/** Two-dimensional points of two or more classes, drawn from a seed. */
export const TOY_SETS = ['moons', 'circles', 'spirals', 'blobs', 'xor'] as const;
export type ToyName = (typeof TOY_SETS)[number];

export interface ToyData {
  readonly name: ToyName;
  readonly samples?: number;
  readonly noise?: number;
  readonly seed?: number;
}

/** A table of the user's own; its text is kept in the page, by the name of the file. */
export interface CsvData {
  readonly csv: string;
  readonly target: string;
  readonly task?: 'classification' | 'regression';
  /** Columns to predict from. Default: all others. */
  readonly features?: readonly string[];
  /** Columns of text that become one 0/1 column a value. */
  readonly oneHot?: readonly string[];
  /** What is done with rows in which a value is missing. Default: they are an error. */
  readonly missing?: 'drop';
  readonly delimiter?: string;
  readonly decimal?: ',';
  readonly test?: number;
}

/** Texts of the user's own, a column of a table that is kept in the page by the name of its file, with a class or a number each. */
export interface TextsData {
  readonly texts: string;
  /** The column of texts. */
  readonly text: string;
  readonly target: string;
  readonly task?: 'classification' | 'regression';
  /** Characters of an input. */
  readonly maxLength: number;
  /** What is kept of a longer text. Default: it is an error. */
  readonly truncate?: 'end' | 'start';
  /** What is done with rows in which a value is missing. Default: they are an error. */
  readonly missing?: 'drop';
  readonly delimiter?: string;
  readonly decimal?: ',';
  readonly test?: number;
}

/** Pictures of the user's own, in named classes; they are kept in the page, by the name of the folder. */
export interface ImagesData {
  readonly images: string;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly test?: number;
}

/**
 * Data of any other kind that a config names, as it names them, in files that are kept in the page by their paths. Wrapped, since keys such as `images` are those
 * of other kinds, too; what leaves the page is as the command has it, see `configOf`.
 */
export interface FilesData {
  readonly files: FileData;
}

/** What messages call data in files: the first that the config names. */
export function filesName({ files }: FilesData): string {
  const [first = 'data'] = Object.values(files).filter((value) => typeof value === 'string');
  return first;
}

/** Data that lie in a table of the user's own. */
export type TableFileData = CsvData | TextsData;

export type DataChoice = { readonly name: 'mnist-sample' } | ToyData | TableFileData | ImagesData | FilesData;

/** The name of the table that data lie in; null for others. */
export function tableOf(data: DataChoice): string | null {
  if ('files' in data) return null;
  if ('csv' in data) return data.csv;
  return 'texts' in data ? data.texts : null;
}

/** What is trained, on what, how: the config of the `descent` command as JSON, with the keys that the page has fields for. */
export interface Experiment {
  readonly model: readonly Call[];
  readonly data: DataChoice;
  readonly loss?: Call;
  readonly optimizer: Call;
  readonly batchSize: number;
  readonly epochs: number;
  readonly seed: number;
  /** Share of the training data that is held out. */
  readonly validation?: number;
  readonly backend: EngineName;
}

/** The config of the `descent` command that trains an experiment. */
export function configOf({ data, ...rest }: Experiment): Omit<Experiment, 'data'> & { readonly data: object } {
  return { ...rest, data: 'files' in data ? data.files : data };
}

/** What a stranger sees first: the network of the course notes on handwritten digits. */
export const DEFAULT_EXPERIMENT: Experiment = {
  model: [['rescale', 1 / 255], 'flatten', ['linear', 784, 256], 'relu', ['linear', 256, 10]],
  data: { name: 'mnist-sample' },
  optimizer: ['sgd', { lr: 0.2 }],
  batchSize: 50,
  epochs: 5,
  seed: 0,
  backend: 'onnx:wasm',
};
